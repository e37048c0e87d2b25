/** A simulated kernel with lower devices and given macvtaps: the state that a law or a test starts from. */
import type { MacvtapFields } from '../../src/model/macvtap.ts';
import { writeMark } from '../../src/model/mark.ts';
import { SimulatedKernel } from '../../src/simulation/kernel.ts';

export interface HostTap {
  readonly name: string;
  readonly kind: 'macvtap' | 'macvlan';
  readonly fields: MacvtapFields;
  /** Undefined: foreign. */
  readonly owner: string | undefined;
}

export const LOWER_MACS = {
  eno1: '02:aa:aa:aa:aa:01',
  eno2: '02:aa:aa:aa:aa:02',
  eno3: '02:aa:aa:aa:aa:03',
} as const;
const LOWER_MTUS = { eno1: 1500, eno2: 9000, eno3: 1500 } as const;

/** Lower devices only: eno2 has an MTU of 9000. */
export function bareKernel(): SimulatedKernel {
  const kernel = new SimulatedKernel();
  for (const name of ['eno1', 'eno2', 'eno3'] as const) {
    const mtu = LOWER_MTUS[name];
    must(
      kernel,
      `link add name ${name} mtu ${mtu} address ${LOWER_MACS[name]} type veth peer name sw-${name} mtu ${mtu}`,
    );
    must(kernel, `link set dev sw-${name} up`);
    must(kernel, `link set dev ${name} up`);
  }
  return kernel;
}

/** With the macvtaps, as far as the kernel lets them be: what it refuses is left out, as life would. */
export function kernelWith(taps: readonly HostTap[]): SimulatedKernel {
  const kernel = bareKernel();
  for (const { name, kind, fields: f, owner } of taps) {
    const passthru = f.mode === 'passthru';
    const flags = passthru && f.nopromisc ? ' nopromisc' : '';
    const added = kernel.ip(
      `link add link ${f.lower} name ${name} address ${f.mac} numtxqueues ${f.queues} numrxqueues ${f.queues} ` +
        `type ${kind} mode ${f.mode}${flags} bcqueuelen ${f.bcqueuelen}`,
    );
    if (added.rc !== 0) continue;
    for (const what of [
      ...(passthru ? [`address ${f.mac}`] : []),
      `addrgenmode ${f.addrgenmode}`,
      `mtu ${f.mtu}`,
      `txqueuelen ${f.txqueuelen}`,
      `allmulticast ${f.allmulticast ? 'on' : 'off'}`,
      `promisc ${f.promisc ? 'on' : 'off'}`,
      ...(f.mode === 'source' ? f.source_macs.map((mac) => `type ${kind} macaddr add ${mac}`) : []),
      f.state,
    ]) {
      kernel.ip(`link set dev ${name} ${what}`);
    }
    const alias = owner === undefined ? 'libvirt’s own' : writeMark(owner, f, f.alias);
    must(kernel, `link set dev ${name} alias "${alias}"`);
  }
  return kernel;
}

function must(kernel: SimulatedKernel, line: string): void {
  const { rc, stderr } = kernel.ip(line);
  if (rc !== 0) throw new Error(`${line}: ${stderr}`);
}
