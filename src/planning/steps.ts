/**
 * Changes → the kernel operations that make them, in the one order in which none of them fails. Pure; the guard has
 * already refused what no order can save.
 *
 * 1. delete (also the first half of a replacement): frees names, passthru lower devices and MACs
 * 2. down: frees MACs of those that stay but go down
 * 3. fields in place, one operation each
 * 4. MACs in place, swaps through a third address
 * 5. create, each up to the end: claim, addrgenmode, the rest, up, mark
 * 6. up: now every MAC is free
 * 7. the mark of what was updated: it says what was applied, so it comes last
 */
import { createHash } from 'node:crypto';
import type { Change } from '../model/change.ts';
import { type Mac, temporaryMac } from '../model/mac.ts';
import type { FieldName, MacvtapFields } from '../model/macvtap.ts';
import type { WantedMacvtap } from '../model/manifest.ts';
import { writeMark } from '../model/mark.ts';
import type { ObservedMacvtap, ObservedState } from '../model/observed.ts';
import type { Operation, Step } from '../model/step.ts';
import { sayableAltnames } from './altnames.ts';
import { hasIpv6, wantedAlias } from './diff.ts';
import { linkNamed } from './find-link.ts';
import { endMtu, keptFields } from './kept.ts';

/** From here on one group deletion beats single ones: each waits 22 ms for an RCU grace period (kernel 6.18). */
const GROUP_DELETE_FROM = 3;

export function stepsOf(host: string, changes: readonly Change[], observed: ObservedState): Step[] {
  const gone = changes.filter((change) => change.action === 'delete' || change.action === 'replace');
  const updates = changes.filter((change) => change.action === 'update').map(asUpdate);
  const made = changes.filter((change) => change.action === 'create' || change.action === 'replace');
  return [
    ...deletionSteps(
      host,
      gone.map((change) => change.interface),
      observed,
    ),
    ...nopromiscSteps(updates, true),
    ...stateSteps(updates, 'down'),
    ...updates.flatMap((update) => inPlaceSteps(update, observed)),
    ...macSteps(host, updates, observed),
    ...made.flatMap((change) => creationSteps(change, observed)),
    ...stateSteps(updates, 'up'),
    ...nopromiscSteps(updates, false),
    ...updates.map(({ name, after, before }) =>
      step(name, { op: 'alias', name, alias: wantedAlias(after, before) }),
    ),
  ];
}

interface Update {
  readonly name: string;
  readonly before: ObservedMacvtap;
  readonly after: WantedMacvtap;
  readonly changed: ReadonlySet<FieldName | 'mark'>;
}

function asUpdate({ interface: name, before, after, fields }: Change): Update {
  if (!before || !after) throw new Error(`update of ${name} without both sides`);
  return { name, before, after, changed: new Set(fields.map(({ field }) => field)) };
}

function step(name: string, operation: Operation): Step {
  return { interfaces: [name], operation };
}

function deletionSteps(host: string, names: readonly string[], observed: ObservedState): Step[] {
  if (names.length < GROUP_DELETE_FROM) return names.map((name) => step(name, { op: 'delete', name }));
  const group = freeGroup(host, names, observed);
  return [
    ...names.map((name) => step(name, { op: 'set-group', name, group })),
    { interfaces: names, operation: { op: 'delete-group', group, names } },
  ];
}

/**
 * A group number that no link of the host is in: `ip link del group G` takes everything in G, of whatever kind. High,
 * and derived from what is deleted, so that the same plan has the same steps.
 */
function freeGroup(host: string, names: readonly string[], observed: ObservedState): number {
  const taken = new Set([...observed.links.values()].map((link) => link.group));
  for (let attempt = 0; ; attempt++) {
    const digest = createHash('sha256')
      .update([host, attempt, ...names].join('\0'))
      .digest();
    const group = 0x4000_0000 + (digest.readUInt32BE(0) % 0x3000_0000);
    if (!taken.has(String(group))) return group;
  }
}

/** Toggled while down, nopromisc corrupts the lower device's counter: so before a `down`, and after an `up`. */
function nopromiscSteps(updates: readonly Update[], isUp: boolean): Step[] {
  return updates
    .filter(({ before, changed }) => changed.has('nopromisc') && (before.fields.state === 'up') === isUp)
    .map(({ name, after }) => step(name, { op: 'nopromisc', name, on: after.fields.nopromisc === true }));
}

/** Those whose state becomes this one. */
function stateSteps(updates: readonly Update[], state: 'up' | 'down'): Step[] {
  return updates
    .filter(({ after, changed }) => changed.has('state') && after.fields.state === state)
    .map(({ name }) => step(name, { op: 'state', name, state }));
}

function inPlaceSteps({ name, before, after, changed }: Update, observed: ObservedState): Step[] {
  const { fields } = after;
  const operations: Operation[] = [];
  if (changed.has('mode')) operations.push({ op: 'mode', name, mode: fields.mode });
  if (changed.has('source_macs') && fields.mode === 'source') {
    // Leaving source mode flushes the list, so an interface that enters it starts empty.
    const there = before.fields.mode === 'source' ? (before.fields.source_macs ?? []) : [];
    operations.push(...sourceOperations(name, there, fields.source_macs ?? []));
  }
  for (const op of ['mtu', 'txqueuelen', 'bcqueuelen'] as const) {
    const value = fields[op];
    if (changed.has(op) && value !== undefined) operations.push({ op, name, value });
  }
  const mtu = before.fields.mtu ?? 0;
  const ipv6After = hasIpv6(observed, fields.mtu ?? mtu);
  // An MTU that rises over 1280 brings IPv6 back with the kernel's default mode.
  const renewed = ipv6After && !hasIpv6(observed, mtu);
  if (fields.addrgenmode !== undefined && ipv6After && (changed.has('addrgenmode') || renewed)) {
    operations.push({ op: 'addrgenmode', name, value: fields.addrgenmode });
    // Set while up it keeps the address it has (seen on kernel 6.18).
    if (fields.addrgenmode === 'none' && staysUp(before, after)) {
      operations.push({ op: 'flush-link-local', name });
    }
  }
  if (changed.has('allmulticast')) {
    const change = { op: 'allmulticast', name, on: fields.allmulticast === true } as const;
    operations.push(...(staysUp(before, after) && isPassthru(before) ? whileDown(change) : [change]));
  }
  if (changed.has('promisc')) operations.push({ op: 'promisc', name, on: fields.promisc === true });
  return operations.map((operation) => step(name, operation));
}

function isPassthru({ fields }: ObservedMacvtap): boolean {
  return fields.mode === 'passthru';
}

function staysUp(before: ObservedMacvtap, after: WantedMacvtap): boolean {
  return before.fields.state === 'up' && after.fields.state === 'up';
}

/**
 * A passthru that is up passes the change on to its lower device's counter, but neither takes it at `up` nor gives it
 * back at `down` (macvlan_change_rx_flags, kernel 6.18): made while up, it stays behind for good, or wraps below zero.
 */
function whileDown(change: Extract<Operation, { op: 'allmulticast' | 'promisc' }>): Operation[] {
  const { name } = change;
  return [{ op: 'state', name, state: 'down' }, change, { op: 'state', name, state: 'up' }];
}

function sourceOperations(name: string, there: readonly Mac[], wanted: readonly Mac[]): Operation[] {
  const extra = there.filter((mac) => !wanted.includes(mac));
  const missing = wanted.filter((mac) => !there.includes(mac));
  // What is missing comes first, so that the list is never empty in between.
  return [
    ...missing.map((mac) => ({ op: 'source-add', name, mac }) as const),
    ...extra.map((mac) => ({ op: 'source-del', name, mac }) as const),
  ];
}

interface Move {
  readonly name: string;
  readonly lower: string;
  readonly next: Mac;
}

/**
 * An address is free once the interface that is up with it has left it, so whoever is in the way goes first. Where they
 * wait for each other in a circle, one steps aside to an address of its own.
 */
function macSteps(host: string, updates: readonly Update[], observed: ObservedState): Step[] {
  const moves: Move[] = [];
  const upWith = new Map<string, Move>();
  for (const { name, before, after, changed } of updates) {
    const { lower, mac, state } = after.fields;
    if (!changed.has('mac') || !mac) continue;
    const move = { name, lower, next: mac };
    moves.push(move);
    if (before.fields.state === 'up' && state === 'up') upWith.set(`${lower} ${before.fields.mac}`, move);
  }
  const used = new Set([
    ...[...observed.links.values()].map((link) => link.mac),
    ...moves.map((move) => move.next),
  ]);
  const steps: Step[] = [];
  const done = new Set<Move>();
  const set = ({ name }: Move, mac: Mac) => steps.push(step(name, { op: 'mac', name, mac }));
  for (const first of moves) {
    const chain = new Set<Move>();
    let move: Move | undefined = first;
    while (move && !done.has(move) && !chain.has(move)) {
      chain.add(move);
      const inTheWay = upWith.get(`${move.lower} ${move.next}`);
      move = inTheWay === move ? undefined : inTheWay;
    }
    if (move && chain.has(move)) set(move, unusedMac(host, move.name, used));
    for (const one of [...chain].reverse()) {
      set(one, one.next);
      done.add(one);
    }
  }
  return steps;
}

function unusedMac(host: string, name: string, used: ReadonlySet<Mac | undefined>): Mac {
  for (let n = 0; ; n++) {
    const mac = temporaryMac(host, name, n);
    if (!used.has(mac)) return mac;
  }
}

/**
 * `addrgenmode` is a command of its own before `up`: on one line with it, or later, the kernel has already made a
 * link-local address. An idle tap is otherwise a live IPv6 port of the hypervisor.
 */
function creationSteps(change: Change, observed: ObservedState): Step[] {
  const { interface: name, after, before } = change;
  if (!after) throw new Error(`creation of ${name} without its fields`);
  const lowerMtu = linkNamed(observed, after.fields.lower)?.mtu ?? Number.POSITIVE_INFINITY;
  const fields = before ? keptFields(before, after, lowerMtu) : after.fields;
  const passthru = after.fields.mode === 'passthru';
  const operations: Operation[] = [
    { op: 'add', name, fields: additionFields(after, fields) },
    { op: 'alias', name, alias: writeMark(after.owner, undefined, '') },
  ];
  if (fields.addrgenmode !== undefined && hasIpv6(observed, endMtu(after, before, observed, true))) {
    operations.push({ op: 'addrgenmode', name, value: fields.addrgenmode });
  }
  if (fields.allmulticast) operations.push({ op: 'allmulticast', name, on: true });
  if (fields.promisc) operations.push({ op: 'promisc', name, on: true });
  if (fields.source_macs) operations.push(...sourceOperations(name, [], fields.source_macs));
  // The kernel ignores the address of a passthru at creation: the lower device's wins until it is set.
  if (passthru && fields.mac !== undefined) operations.push({ op: 'mac', name, mac: fields.mac });
  if (before) operations.push(...nameAndGroupBack(name, observed));
  if (after.fields.state === 'up') operations.push({ op: 'state', name, state: 'up' });
  operations.push({ op: 'alias', name, alias: wantedAlias(after, before) });
  return operations.map((operation) => step(name, operation));
}

/** No playbook can say them, so they stay what they are. */
function nameAndGroupBack(name: string, observed: ObservedState): Operation[] {
  const group = observed.links.get(name)?.group ?? 'default';
  return [
    ...(group === 'default' ? [] : [{ op: 'set-group', name, group } as const]),
    ...sayableAltnames(observed, name).map((altname) => ({ op: 'altname', name, altname }) as const),
  ];
}

type Addition = Extract<Operation, { op: 'add' }>['fields'];

function additionFields(after: WantedMacvtap, fields: Partial<MacvtapFields>): Addition {
  const { lower, mode } = after.fields;
  const passthru = mode === 'passthru';
  return {
    lower,
    mode,
    ...(fields.mac !== undefined && !passthru ? { mac: fields.mac } : {}),
    ...(fields.mtu !== undefined ? { mtu: fields.mtu } : {}),
    ...(fields.txqueuelen !== undefined ? { txqueuelen: fields.txqueuelen } : {}),
    ...(fields.bcqueuelen !== undefined ? { bcqueuelen: fields.bcqueuelen } : {}),
    ...(passthru && fields.nopromisc ? { nopromisc: true } : {}),
    ...(typeof fields.queues === 'number' ? { queues: fields.queues } : {}),
  };
}
