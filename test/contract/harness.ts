/**
 * Runs the same lines in the simulated kernel and in a real namespace and demands the same answers and the same links.
 * The cases are in the test files; nothing is known here of what is right.
 */
import { expect, type TestContext } from 'vitest';
import { SimulatedKernel } from '../../src/simulation/kernel.ts';
import { lowerLines, netnsSupport, type Observed, randomIndexBase, withNamespace } from '../support/netns.ts';

type Link = Readonly<Record<string, unknown>>;

/** A busy machine starves the kernel's link watch, which looks at bridges once a second at best. */
const SETTLE_TIMEOUT_MS = 20_000;

/** Set by the driver, by the number of CPUs or by timers: no rule of macvtap. */
const VOLATILE_KEY = /^(qdisc|linkmode|(gso|gro|tso)_.*)$/;
/** Set by the kernel's link watch a moment after the command. */
const DELAYED_FLAGS = new Set(['NO-CARRIER', 'LOWER_UP']);

export interface CompareOptions {
  /** Wait after each line until operstate and carrier agree; otherwise they are compared after the last. */
  readonly settleEach?: boolean;
}

let reasonSaid = false;

/** Skips the test where no namespace can be made; the reason is printed once per file. */
export async function needNamespace(context: TestContext): Promise<void> {
  const { available, reason } = await netnsSupport();
  if (available) return;
  if (!reasonSaid) process.stdout.write(`real half of the contract skipped: ${reason}\n`);
  reasonSaid = true;
  context.skip(reason);
}

/** Runs `lines` on both sides, one process each. `$N` in a line stands for an ifindex of this run. */
export async function compareLines(
  context: TestContext,
  lines: readonly string[],
  options: CompareOptions = {},
): Promise<void> {
  const base = randomIndexBase();
  const script = lines.map((line) => withIndexes(line, base));
  const known = addressesIn([...lowerLines(base), ...script]);
  const kernel = simulated(base);
  const chunks = options.settleEach === true ? script.map((line) => [line]) : [script];
  if (!(await netnsSupport()).available) for (const line of script) kernel.ip(line);
  await needNamespace(context);
  await withNamespace(base, async (netns) => {
    for (const chunk of chunks) {
      const expected = await netns.observe(chunk);
      const actual = chunk.map((line) => {
        const { rc, stderr } = kernel.ip(line);
        return { rc, stderr, links: kernel.links() };
      });
      const describe = (side: readonly Observed[]) =>
        side.map(({ rc, stderr, links }, i) => ({
          line: chunk[i],
          rc,
          stderr,
          links: canonical(links, known, 'at once'),
        }));
      expectSame(describe(actual), describe(expected));
      await expectSettled(kernel, known, () => netns.links());
    }
  });
}

/** Runs `text` as one batch on both sides. */
export async function compareBatch(context: TestContext, text: string): Promise<void> {
  const base = randomIndexBase();
  const script = withIndexes(text, base);
  const known = addressesIn([...lowerLines(base), script]);
  const kernel = simulated(base);
  const actual = kernel.batch(script);
  await needNamespace(context);
  await withNamespace(base, async (netns) => {
    const expected = await netns.batch(script);
    expect({ rc: actual.rc, stderr: actual.stderr }).toEqual({ rc: expected.rc, stderr: expected.stderr });
    await expectSettled(kernel, known, () => netns.links());
  });
}

/** The first line that differs, with the lines before it, instead of a wall of JSON. */
function expectSame(
  actual: readonly { line: string | undefined }[],
  expected: readonly { line: string | undefined }[],
): void {
  const differs = actual.findIndex((step, i) => JSON.stringify(step) !== JSON.stringify(expected[i]));
  if (differs < 0) return;
  const history = actual.slice(0, differs + 1).map(({ line }) => line);
  expect(actual[differs], `simulated differs from real after:\n${history.join('\n')}`).toEqual(
    expected[differs],
  );
}

/** Reads the real links again and again until they agree or time is up. */
async function expectSettled(
  kernel: SimulatedKernel,
  known: ReadonlySet<string>,
  read: () => Promise<readonly Link[]>,
): Promise<void> {
  const wanted = canonical(kernel.links(), known, 'settled');
  const deadline = Date.now() + SETTLE_TIMEOUT_MS;
  let seen = canonical(await read(), known, 'settled');
  while (JSON.stringify(seen) !== JSON.stringify(wanted) && Date.now() < deadline) {
    seen = canonical(await read(), known, 'settled');
  }
  expect(wanted, 'simulated differs from real after settling').toEqual(seen);
}

function simulated(base: number): SimulatedKernel {
  const kernel = new SimulatedKernel();
  for (const line of lowerLines(base)) expect(kernel.ip(line)).toEqual({ rc: 0, stdout: '', stderr: '' });
  return kernel;
}

function withIndexes(text: string, base: number): string {
  return text.replaceAll(/\$(\d+)/g, (_, n: string) => String(base + Number(n)));
}

/** Addresses that the script names; all others were drawn at random and cannot be compared. */
function addressesIn(texts: readonly string[]): ReadonlySet<string> {
  const found = texts.flatMap((text) => text.match(/\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/g) ?? []);
  return new Set([...found, '00:00:00:00:00:00', '02:00:00:00:00:00']);
}

function canonical(links: readonly Link[], known: ReadonlySet<string>, when: 'at once' | 'settled'): Link[] {
  return links.map((link) => {
    const entries = Object.entries(link).filter(([key]) => !VOLATILE_KEY.test(key));
    const kept: Record<string, unknown> = Object.fromEntries(entries);
    kept.linkinfo = canonicalInfo(link.linkinfo as Link | undefined);
    if (!known.has(String(link.address))) kept.address = 'random';
    if (isVeth(link)) {
      delete kept.num_tx_queues;
      delete kept.num_rx_queues;
    }
    if (when === 'at once') {
      delete kept.operstate;
      kept.flags = (link.flags as string[]).filter((flag) => !DELAYED_FLAGS.has(flag));
    }
    return Object.fromEntries(Object.entries(kept).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function isVeth(link: Link): boolean {
  return (link.linkinfo as Link | undefined)?.info_kind === 'veth';
}

/** Bridges and their ports carry timers and much that is not modelled. */
function canonicalInfo(info: Link | undefined): Link | undefined {
  if (info === undefined) return undefined;
  const { info_kind, info_data, info_slave_kind } = info as { [key: string]: unknown };
  const data = info_kind === 'bridge' ? undefined : (info_data as Link | undefined);
  const addresses = data?.macaddr_data as string[] | undefined;
  const sorted = addresses === undefined ? data : { ...data, macaddr_data: [...addresses].sort() };
  return { info_kind, info_data: sorted, info_slave_kind };
}
