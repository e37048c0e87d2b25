/**
 * From plays and an inventory to one manifest per host: the only place where a play meets a host. Pure but for the
 * template engine, which runs under a deadline; collects every mistake, each once.
 */
import { type Diagnostic, type Position, sortDiagnostics } from '../model/diagnostic.ts';
import { type Host, hostNamed, type Inventory, type Variables } from '../model/inventory.ts';
import type { Json } from '../model/json.ts';
import type { IgnoreRule, Manifest } from '../model/manifest.ts';
import type { Rollout } from '../model/rollout.ts';
import { OutOfTime, withDeadline } from '../template/budget.ts';
import { type Lookup, TemplateError } from '../template/evaluate.ts';
import { checkHost } from './checks.ts';
import { evaluateWritten, type Report } from './evaluate-written.ts';
import { FleetDiagnostics } from './fleet-diagnostics.ts';
import { collectMacs, type MacUses, sharedMacs } from './fleet-macs.ts';
import { idleIgnoreRules } from './idle-ignore.ts';
import { limitFileHint } from './limit-file-hint.ts';
import type { Play, Written } from './play.ts';
import { playScope, sayAt } from './play-scope.ts';
import { readBecome, readOwner, readPrune, type SayError } from './play-values.ts';
import { quote } from './quote.ts';
import { type Declaration, MAX_INTERFACES, resolveEntry } from './resolve-entry.ts';
import { resolveIgnore } from './resolve-ignore.ts';

/** Time for the templates of one host, and of all hosts together. */
const HOST_TIMEOUT_MS = 5000;
const RUN_TIMEOUT_MS = 60_000;
/** Hosts are resolved under one deadline for this long: each deadline starts a thread, which takes about 1 ms. */
const SLICE_MS = 100;

/** Hosts that a pattern means, in the order batches take. */
export interface HostMatch {
  readonly hosts: readonly string[];
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
}

export interface ResolveInput {
  readonly plays: readonly Play[];
  readonly inventory: Inventory;
  readonly matchHosts: (pattern: string) => HostMatch;
  /** The variables of a host in a play, extra vars on top; must not know `item`. */
  readonly lookupFor: (host: Host, playVars: Variables) => Lookup;
  /** The variables that `hosts` and `serial` may use: the play's own, extra vars on top. */
  readonly playLookupFor: (playVars: Variables) => Lookup;
  /** Only these hosts are resolved. Default: all. */
  readonly limitTo?: ReadonlySet<string>;
}

/** How a play runs. */
export interface PlayRun extends Rollout {
  readonly play: Play;
  /** Every host the play matches inside the limit, in the pattern's order; `hosts` are those no earlier play matches. */
  readonly matched: readonly string[];
}

export interface Resolved {
  /** In inventory order, one for each host that a play matches inside the limit. */
  readonly manifests: readonly Manifest[];
  /** One for each play, in order. */
  readonly runs: readonly PlayRun[];
  readonly diagnostics: readonly Diagnostic[];
}

/** With an error among the diagnostics the manifests are incomplete and must not be applied. */
export function resolveManifests(input: ResolveInput): Resolved {
  const { inventory } = input;
  const general: Diagnostic[] = [];
  const fleet = new FleetDiagnostics();
  const manifests: Manifest[] = [];
  const macs: MacUses = new Map();
  let runs: readonly PlayRun[] = [];
  const ends = Date.now() + RUN_TIMEOUT_MS;
  const current: Current = { where: input.plays[0]?.where };
  try {
    const remaining = () => Math.max(1, Math.min(HOST_TIMEOUT_MS, ends - Date.now()));
    runs = withDeadline(remaining(), () => planRuns(input, current, (one) => general.push(one)));
    const playsOf = new Map<string, Play[]>();
    for (const { play, matched } of runs) {
      for (const host of matched) {
        const plays = playsOf.get(host);
        if (plays) plays.push(play);
        else playsOf.set(host, [play]);
      }
    }
    const named = [...inventory.hosts.values(), ...(inventory.implicit?.values() ?? [])];
    const todo = named.filter((host) => playsOf.has(host.name));
    while (manifests.length < todo.length) {
      const slice = withDeadline(remaining(), () => {
        const asked: Asked[] = [];
        const sliceEnds = Date.now() + SLICE_MS;
        do {
          const host = todo[manifests.length + asked.length];
          if (!host) break;
          fleet.host = host.name;
          asked.push(askPlays(host, playsOf.get(host.name) ?? [], input.lookupFor, current, fleet));
        } while (Date.now() < sliceEnds);
        return asked;
      });
      for (const { host, declarations, settings } of slice) {
        fleet.host = host;
        collectMacs(macs, host, declarations);
        manifests.push({ host, ...checkHost(declarations, (one) => fleet.add(one)), ...settings });
      }
    }
  } catch (error) {
    const stopped = stopOf(error, current);
    if (!stopped) throw error;
    general.push(stopped);
  }
  // With a limit, or where resolving ended early, the hosts that a rule is for may be among the others.
  const whole = input.limitTo === undefined && general.every(({ severity }) => severity !== 'error');
  const idle = whole ? idleIgnoreRules(manifests) : [];
  const diagnostics = sortDiagnostics([...general, ...fleet.all, ...sharedMacs(macs), ...idle]);
  return { manifests, runs, diagnostics };
}

/** The place being evaluated, for a stop that knows none itself. */
interface Current {
  where: Position | undefined;
}

function stopOf(error: unknown, current: Current): Diagnostic | undefined {
  if (!(error instanceof OutOfTime)) return undefined;
  return {
    severity: 'error',
    summary: error.message,
    hint: 'compute less in the templates of this play, or split the run',
    ...(current.where ? { where: current.where } : {}),
  };
}

function planRuns(input: ResolveInput, current: Current, report: Report): PlayRun[] {
  const scopes = input.plays.map((play) => {
    current.where = play.hosts.where;
    const { pattern, ...batches } = playScope(play, input.playLookupFor(play.vars), report);
    if (pattern === undefined) return { play, found: [], ...batches };
    const found = input.matchHosts(pattern);
    reportMatch(found, pattern, play.hosts.where, report);
    return { play, found: found.hosts, ...batches };
  });
  const taken = new Set<string>();
  return scopes.map(({ play, found, throttleBy, ...batches }) => {
    const matched = found.filter((host) => !input.limitTo || input.limitTo.has(host));
    const hosts = matched.filter((host) => !taken.has(host));
    for (const host of hosts) taken.add(host);
    const title = play.name === undefined ? `the play at line ${play.where.line}` : `the play "${play.name}"`;
    const throttle = throttleBy && throttleHosts(throttleBy, play, hosts, input, report);
    return { play, title, matched, hosts, throttle, ...batches };
  });
}

/** A host without the variable would be throttled with nobody: that is what the author wanted to rule out. */
function throttleHosts(
  { variable, limit }: { readonly variable: string; readonly limit: number },
  play: Play,
  hosts: readonly string[],
  { inventory, lookupFor }: ResolveInput,
  report: Report,
): Rollout['throttle'] {
  const groupOf = new Map<string, string>();
  const without: string[] = [];
  for (const name of hosts) {
    const host = hostNamed(inventory, name);
    const value = host && lookupOrNothing(lookupFor(host, play.vars), variable);
    if (value === undefined || value === null) without.push(name);
    else groupOf.set(name, JSON.stringify(value));
  }
  if (without.length > 0) {
    const who = `${without.slice(0, 3).map(quote).join(', ')}${without.length > 3 ? ` and ${without.length - 3} more` : ''}`;
    report({
      severity: 'error',
      summary: `throttle_by names the variable "${variable}", which ${who} ${without.length === 1 ? 'does' : 'do'} not have`,
      hint: 'give it to every host of the play, or to their groups',
      where: play.throttleBy?.where ?? play.where,
    });
  }
  return { limit, groupOf };
}

function lookupOrNothing(lookup: Lookup, variable: string): Json | undefined {
  try {
    return lookup(variable);
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}

const SEE_HOSTS = 'see `tapfleet inventory --graph` for the hosts and groups there are';

function reportMatch(found: HostMatch, pattern: string, where: Position, report: Report): void {
  const hint = limitFileHint(pattern);
  for (const summary of found.errors) report({ severity: 'error', summary, hint: SEE_HOSTS, where });
  for (const summary of found.warnings) report({ severity: 'warning', summary, ...hint, where });
  if (found.hosts.length + found.errors.length + found.warnings.length === 0) {
    report({ severity: 'warning', summary: 'the play matches no host', hint: SEE_HOSTS, where });
  }
}

interface Asked {
  readonly host: string;
  readonly declarations: readonly Declaration[];
  readonly settings: Pick<Manifest, 'pruneOwners' | 'ignore' | 'become'>;
}

function askPlays(
  host: Host,
  plays: readonly Play[],
  lookupFor: ResolveInput['lookupFor'],
  current: Current,
  fleet: FleetDiagnostics,
): Asked {
  const report: Report = (one) => fleet.add(one);
  const declarations: Declaration[] = [];
  const prunes = new Map<string, boolean>();
  const pruning = new Map<string, Position>();
  const kept: { readonly owner: string; readonly where: Position }[] = [];
  const ignore: IgnoreRule[] = [];
  let become = false;
  for (const play of plays) {
    const lookup = lookupFor(host, play.vars);
    const read = <T>(
      written: Written | undefined,
      reader: (value: Json, say: SayError) => T | undefined,
      fallback: T,
    ): T | undefined => {
      if (!written) return fallback;
      const value = evaluateWritten(written, lookup, report);
      return value === undefined ? undefined : reader(value, sayAt(written, report));
    };
    current.where = play.where;
    const owner = read(play.owner, readOwner, 'default');
    const prune = read<'owned' | 'none'>(play.prune, readPrune, 'owned');
    if (read(play.become, readBecome, false)) become = true;
    if (owner === undefined) continue;
    prunes.set(owner, prune === 'owned' && prunes.get(owner) !== false);
    if (prune === 'owned') pruning.set(owner, play.prune?.where ?? play.where);
    else if (play.prune) kept.push({ owner, where: play.prune.where });
    ignore.push(...resolveIgnore(play, owner, lookup, report));
    const context = { host: host.name, owner, lookup, report };
    for (const entry of play.macvtaps) {
      current.where = entry.where;
      declarations.push(...resolveEntry(entry, context, MAX_INTERFACES - declarations.length));
      if (declarations.length > MAX_INTERFACES) {
        const summary = `plays declare more than ${MAX_INTERFACES} interfaces for one host`;
        report({ severity: 'error', summary, hint: 'shorten the loop', where: entry.where });
        return { host: host.name, declarations: [], settings: { pruneOwners: [], ignore, become } };
      }
    }
  }
  for (const { owner, where } of kept) {
    const other = pruning.get(owner);
    if (other) report(keptFromPruning(owner, where, other));
  }
  const pruneOwners = [...prunes].flatMap(([owner, pruned]) => (pruned ? [owner] : [])).sort();
  return { host: host.name, declarations, settings: { pruneOwners, ignore, become } };
}

/** Who reads the other play alone believes that it deletes. */
function keptFromPruning(owner: string, where: Position, other: Position): Diagnostic {
  return {
    severity: 'warning',
    summary: `"prune: none" keeps every play of the owner ${quote(owner)} from deleting`,
    hint: 'say "prune: none" in all plays of the owner that share a host, or in none of them',
    where,
    related: { note: 'this play would delete what no play declares', where: other },
  };
}
