/** Which lines of `ip -o -d monitor link` are worth a read? Lines as iproute2 6.1 printed them, cut short. */
import { expect, test } from 'vitest';
import { isRelevant, relevantLinks } from '../../../src/watch/relevant.ts';
import { absent, manifestOf, observedOf, rawLink, wanted } from '../../support/builders.ts';

const REST =
  '<BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default \\    link/ether 22:9a:59:d3:fc:2d';
const TAP = `${REST} \\    macvtap mode bridge bcqueuelen 1000 usedbcqueuelen 1000`;

const links = relevantLinks(
  manifestOf('hv01', [wanted('web0', { lower: 'uplink' })], [absent('old0')]),
  // Their indexes: 2 and 3.
  observedOf([rawLink('eno1', { altnames: ['uplink'] }), rawLink('eno2')]),
);

test.each([
  ['a macvtap', `100: web0@eno1: ${TAP}`, true],
  ['a macvtap that nobody named', `101: hand0@eno2: ${TAP}`, true],
  ['one that is deleted', `Deleted 101: hand0@eno2: ${TAP}`, true],
  ['the lower device, declared by its altname', `2: eno1@if7: ${REST}`, true],
  ['the lower device under a new name', `2: renamed0: ${REST}`, true],
  ['a name that a macvtap should have', `9: web0: ${REST} \\    veth`, true],
  ['a name that should not be there', `Deleted 9: old0: ${REST} \\    dummy`, true],
  ['another device', `3: eno2@if8: ${REST}`, false],
  ['a guest with a tap of its own', `44: vnet7: ${REST} \\    tun type tap`, false],
  ['a container', `Deleted 45: veth4711@if2: ${REST} \\    veth`, false],
  [
    'a bridge port of another family',
    `3: eno2@if8: <BROADCAST> mtu 1500 master br0 state UP \\    link/ether 6a:17`,
    false,
  ],
  ['what is no event', 'netlink receive error No buffer space available (105)', true],
])('%s', (_what, line, relevant) => {
  expect(isRelevant(line, links)).toBe(relevant);
});
