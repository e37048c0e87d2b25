/**
 * Which kind of lab this machine can have, found by trying it: namespaces that vanish with their probe. Says why in one
 * line. Makes nothing that stays.
 */
import { LabError } from './error.ts';
import { runProgram } from './run-program.ts';
import type { LabKind } from './state.ts';
import { UNSHARE } from './user-namespace-host.ts';

export interface ChosenKind {
  readonly kind: LabKind;
  /** One line for people: the kind, a colon, what it means here. */
  readonly why: string;
}

const WHY: Readonly<Record<LabKind, string>> = {
  namespaces: 'namespaces: every host is a network namespace of this machine, with real macvtap',
  'user-namespaces':
    'user-namespaces: every host is a network namespace of your own, with real macvtap and without root',
  simulated: 'simulated: the hosts are a model of the kernel inside one process',
};

const MACVTAP =
  'ip link add tfp0 type veth peer name tfp1 && ip link add tfb0 type bridge && ip link add link tfp0 name tft0 type macvtap';

const PROBES = {
  namespaces: ['unshare', '--net', '--mount', '/bin/sh', '-c', `ip netns list >/dev/null && ${MACVTAP}`],
  'user-namespaces': [
    ...UNSHARE,
    '/bin/sh',
    '-c',
    `mount -t proc proc /proc && mount -t sysfs sysfs /sys && ${MACVTAP}`,
  ],
} as const;

/** The first kind of namespaces, user-namespaces, simulated that works, or the forced one. Throws LabError where that cannot be. */
export async function chooseKind(forced?: LabKind): Promise<ChosenKind> {
  if (forced === 'simulated') return { kind: forced, why: WHY.simulated };
  if (forced !== undefined) {
    const obstacle = await obstacleTo(forced);
    if (obstacle === undefined) return { kind: forced, why: WHY[forced] };
    throw new LabError(
      `a lab of kind "${forced}" cannot be made here: ${obstacle}`,
      'leave the kind out, and the lab takes what this machine has',
    );
  }
  const obstacles: string[] = [];
  for (const kind of ['namespaces', 'user-namespaces'] as const) {
    const obstacle = await obstacleTo(kind);
    if (obstacle === undefined) return { kind, why: WHY[kind] };
    if (!obstacles.includes(obstacle)) obstacles.push(obstacle);
  }
  return { kind: 'simulated', why: `simulated: ${obstacles.join('; ')}` };
}

/** Undefined where a lab of that kind can be made. */
async function obstacleTo(kind: keyof typeof PROBES): Promise<string | undefined> {
  if (process.platform !== 'linux') {
    const name = process.platform === 'darwin' ? 'macOS' : process.platform;
    return `this machine has no network namespaces (${name})`;
  }
  if (kind === 'namespaces' && process.getuid?.() !== 0) return 'this account is not root';
  const { code, stderr } = await runProgram(PROBES[kind]);
  if (code === 0) return undefined;
  const said = stderr.trim().split('\n').at(-1) ?? '';
  return `${kind} do not work here (${said || `code ${code}`})`;
}
