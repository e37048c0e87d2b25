/**
 * What `ip` and the kernel say when they refuse a command, in words that help. Exit codes do not tell (2 covers nearly
 * everything), so the texts are matched; the table is tested against captures.
 */
import type { Operation } from '../model/step.ts';

/** The failure in an `ip -batch` that ended: the line it stopped at, counted from 1, and what was said. */
export interface BatchFailure {
  /** Undefined where `ip` gave up without naming a line (argument errors, exit 255): re-read, never guess. */
  readonly line: number | undefined;
  readonly text: string;
}

const FAILED = /^Command failed \S*:(\d{1,10})$/;

/** Reads the output of `ip -batch -` (both streams); undefined where it ended well. */
export function readBatchFailure(output: string, code: number): BatchFailure | undefined {
  if (code === 0) return undefined;
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  const at = lines.findIndex((line) => FAILED.test(line));
  const said = (at < 0 ? lines : lines.slice(0, at)).slice(-2).join(' · ');
  const number = at < 0 ? undefined : Number(FAILED.exec(lines[at] ?? '')?.[1]);
  return { line: number, text: said || `ip ended with code ${code}` };
}

const MEANINGS: readonly (readonly [RegExp, (operation: Operation) => string])[] = [
  [
    /Address already in use/,
    () => 'another interface of the same lower device that is up, or that device itself, has this MAC',
  ],
  [/File exists/, () => 'the name is already taken, perhaps as an alternative name'],
  [/Device or resource busy/, () => 'the lower device is a port of a bridge, bond or OVS'],
  [/Cannot find device/, () => 'the interface, or its lower device, went away'],
  [/Cannot assign requested address/, () => 'the MAC is multicast or zero'],
  [
    /Operation not permitted/,
    () => 'the login may not change network devices: it needs root (CAP_NET_ADMIN)',
  ],
  [/Unknown device type/, () => 'the kernel has no macvtap: load its module, or take another kernel'],
  [/Address family not supported/, () => 'the interface has no IPv6, so addrgenmode cannot be set'],
  [/mtu greater than device maximum/, () => 'the MTU is above what the device can have'],
  [/Invalid argument/, invalidArgument],
];

/** `text` and, where it is known, what it means for this operation. */
export function explainFailure(text: string, operation: Operation | undefined): string {
  const meaning = operation && MEANINGS.find(([pattern]) => pattern.test(text))?.[1](operation);
  return meaning ? `${text} (${meaning})` : text;
}

function invalidArgument(operation: Operation): string {
  switch (operation.op) {
    case 'add':
      return operation.fields.mode === 'passthru'
        ? 'passthru needs the lower device for itself: another macvlan has it, perhaps one in another network namespace'
        : 'the lower device is held in passthru mode, perhaps by one in another network namespace, is not Ethernet, or has a smaller MTU';
    case 'mode':
      return 'the kernel changes no macvtap into or out of passthru';
    case 'addrgenmode':
      return operation.value === 'stable_secret'
        ? 'the host has no secret to make addresses of: set the sysctl net.ipv6.conf.default.stable_secret, or take another mode'
        : 'the kernel does not know this mode';
    case 'mtu':
      return 'the lower device has a smaller MTU';
    default:
      return 'the kernel did not say why';
  }
}
