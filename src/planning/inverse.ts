/**
 * Steps → what takes each of them back, told from the state before: the other half of a transaction. Pure. What the
 * kernel cannot give back (the open tap of an interface that was deleted) is told in the report, not here.
 */
import { type Mac, temporaryMac } from '../model/mac.ts';
import { MAX_TXQUEUELEN } from '../model/macvtap.ts';
import type { ObservedMacvtap, ObservedState } from '../model/observed.ts';
import type { Operation, Step } from '../model/step.ts';
import type { Inverse } from '../model/transaction.ts';
import { sayableAltnames } from './altnames.ts';

/** In the order to run them: the last step is undone first. */
export function inverseOf(steps: readonly Step[], observed: ObservedState): Inverse[] {
  const fresh = new Set<string>();
  const macs = macsBack(steps, observed);
  const states = new Map<string, 'up' | 'down'>();

  function undo(operation: Operation, index: number): readonly Operation[] {
    if (operation.op === 'delete-group') {
      return operation.names.flatMap((name) => recreation(observed.macvtaps.get(name), observed));
    }
    const { name } = operation;
    if (operation.op === 'add') {
      fresh.add(name);
      return [{ op: 'delete', name }];
    }
    const before = observed.macvtaps.get(name);
    if (operation.op === 'delete') return recreation(before, observed);
    // An interface made here goes as a whole; what was set on it needs no undoing.
    if (fresh.has(name) || !before) return [];
    if (operation.op === 'mac') return macs(before, index);
    if (operation.op === 'state') {
      const state = states.get(name) ?? before.fields.state;
      states.set(name, operation.state);
      return state === undefined ? [] : [{ op: 'state', name, state }];
    }
    return settersBack(operation, before, observed);
  }

  return steps
    .map(({ operation }, index) => ({ step: index + 1, operations: undo(operation, index) }))
    .reverse();
}

/**
 * Step by step backwards is no way: a MAC that an interface which is down could share is refused while its other owner
 * is up. So whoever moved steps aside to an address of its own, and where the first of them had moved all go home,
 * those that are down first. For one that did not move, going home is nothing.
 */
function macsBack(
  steps: readonly Step[],
  observed: ObservedState,
): (before: ObservedMacvtap, index: number) => Operation[] {
  const moved = new Map<string, Mac>();
  const used = new Set([...observed.links.values()].map((link) => link.mac));
  let first: number | undefined;
  for (const [index, { operation }] of steps.entries()) {
    if (operation.op !== 'mac') continue;
    used.add(operation.mac);
    const mac = observed.macvtaps.get(operation.name)?.fields.mac;
    if (mac === undefined) continue;
    first ??= index;
    moved.set(operation.name, mac);
  }
  const aside = (name: string): Mac => {
    for (let n = 0; ; n++) {
      const mac = temporaryMac('', name, n);
      if (!used.has(mac)) return mac;
    }
  };
  const isUp = (name: string) => (observed.macvtaps.get(name)?.fields.state === 'up' ? 1 : 0);
  const home = [...moved]
    .sort(([a], [b]) => isUp(a) - isUp(b))
    .map(([name, mac]) => ({ op: 'mac', name, mac }) as const);
  return ({ name, fields }, index) => [
    ...(moved.size > 1 && fields.mode !== 'passthru' ? [{ op: 'mac', name, mac: aside(name) } as const] : []),
    ...(index === first ? home : []),
  ];
}

type Setter = Exclude<Operation, { op: 'add' | 'delete' | 'delete-group' | 'mac' | 'state' }>;

function settersBack(operation: Setter, before: ObservedMacvtap, observed: ObservedState): Operation[] {
  const { name, fields } = before;
  switch (operation.op) {
    case 'set-group':
      return [{ op: 'set-group', name, group: observed.links.get(name)?.group ?? 'default' }];
    case 'alias':
      return [{ op: 'alias', name, alias: before.rawAlias }];
    case 'altname':
      // Only what is made gets one, and goes as a whole.
      return [];
    case 'mode':
      return fields.mode === undefined ? [] : [{ op: 'mode', name, mode: fields.mode }, ...sources(before)];
    case 'nopromisc':
      return [{ op: 'nopromisc', name, on: !operation.on }];
    case 'mtu':
      return fields.mtu === undefined
        ? []
        : [
            { op: 'mtu', name, value: fields.mtu },
            ...(operation.value < IPV6_MIN_MTU ? ipv6Back(before) : []),
          ];
    case 'txqueuelen':
    case 'bcqueuelen': {
      const value = fields[operation.op];
      const cannotBeSaid = operation.op === 'txqueuelen' && Number(value) > MAX_TXQUEUELEN;
      return value === undefined || cannotBeSaid ? [] : [{ op: operation.op, name, value }];
    }
    case 'addrgenmode':
      return fields.addrgenmode === undefined ? [] : [{ op: 'addrgenmode', name, value: fields.addrgenmode }];
    case 'flush-link-local':
      // The kernel makes the address again by itself when the interface next goes up.
      return [];
    case 'allmulticast':
    case 'promisc':
      return [{ op: operation.op, name, on: fields[operation.op] === true }];
    case 'source-add':
      return [{ op: 'source-del', name, mac: operation.mac }];
    case 'source-del':
      return [{ op: 'source-add', name, mac: operation.mac }];
  }
}

/** Below it an interface has no IPv6. */
const IPV6_MIN_MTU = 1280;

/** IPv6 comes back with the kernel's default mode, and where the interface is up with an address. */
function ipv6Back({ name, fields: { addrgenmode, state } }: ObservedMacvtap): Operation[] {
  if (addrgenmode === undefined) return [];
  const flush = addrgenmode === 'none' && state === 'up';
  return [
    { op: 'addrgenmode', name, value: addrgenmode },
    ...(flush ? [{ op: 'flush-link-local', name } as const] : []),
  ];
}

/** Leaving source mode empties the list, so coming back to it fills it again. */
function sources({ name, fields }: ObservedMacvtap): Operation[] {
  if (fields.mode !== 'source') return [];
  return (fields.source_macs ?? []).map((mac) => ({ op: 'source-add', name, mac }));
}

/**
 * An interface as it was, with its ifindex and so the name of its tap device. One whose lower device is in another
 * namespace cannot be made from here.
 */
function recreation(before: ObservedMacvtap | undefined, observed: ObservedState): Operation[] {
  if (!before) return [];
  const { name, fields, ifindex, rawAlias } = before;
  const { lower, mode, mac, mtu, txqueuelen, bcqueuelen, queues, nopromisc, addrgenmode } = fields;
  if (lower === undefined || lower.startsWith('@') || mode === undefined) return [];
  const passthru = mode === 'passthru';
  const group = observed.links.get(name)?.group ?? 'default';
  const operations: Operation[] = [
    {
      op: 'add',
      name,
      index: ifindex,
      fields: {
        lower,
        mode,
        ...(mac !== undefined && !passthru ? { mac } : {}),
        ...(txqueuelen === undefined || txqueuelen > MAX_TXQUEUELEN ? {} : { txqueuelen }),
        ...(bcqueuelen === undefined ? {} : { bcqueuelen }),
        ...(typeof queues === 'number' ? { queues } : {}),
        ...(passthru && nopromisc ? { nopromisc } : {}),
      },
    },
  ];
  if (addrgenmode !== undefined) operations.push({ op: 'addrgenmode', name, value: addrgenmode });
  if (mtu !== undefined) operations.push({ op: 'mtu', name, value: mtu });
  if (fields.allmulticast) operations.push({ op: 'allmulticast', name, on: true });
  if (fields.promisc) operations.push({ op: 'promisc', name, on: true });
  operations.push(...sources(before));
  if (passthru && mac !== undefined) operations.push({ op: 'mac', name, mac });
  if (group !== 'default') operations.push({ op: 'set-group', name, group });
  for (const altname of sayableAltnames(observed, name)) operations.push({ op: 'altname', name, altname });
  if (rawAlias !== '') operations.push({ op: 'alias', name, alias: rawAlias });
  if (fields.state === 'up') operations.push({ op: 'state', name, state: 'up' });
  return operations;
}
