/** A simulated host as planning sees it: the model's links read through the same parser as a real host's answer. */
import { readObserved } from '../../src/host/read-gather.ts';
import type { ObservedState } from '../../src/model/observed.ts';
import type { SimulatedKernel } from '../../src/simulation/kernel.ts';

export function observe(kernel: SimulatedKernel, holders = ''): ObservedState {
  const links = kernel.links() as { ifname: string; ifindex: number; linkinfo?: { info_kind?: string } }[];
  const taps = links.filter((link) => link.linkinfo?.info_kind === 'macvtap');
  const reading = readObserved(
    new Map([
      ['host', '0\n6.18.0\nip utility, iproute2-6.1.0'],
      ['help', '[bcqueuelen BC_QUEUE_LEN]'],
      ['management', ''],
      ['links', JSON.stringify(links)],
      [
        'holders',
        [...taps.map((tap) => `D f6:${tap.ifindex.toString(16)} ${tap.ifname}`), holders].join('\n'),
      ],
    ]),
  );
  if ('problem' in reading) throw new Error(reading.problem.message);
  return reading.observed;
}
