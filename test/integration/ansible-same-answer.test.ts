/**
 * Does tapfleet see in an inventory what Ansible sees in it? Every folder of `test/cases/inventories` is read by both:
 * `--list`, `--graph`, `--host` of every host and the hosts of patterns must be the same, orders included. A folder's
 * `expected-difference.txt` says in its first line why they may differ, or that it is broken, and after it exactly where.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadLimit } from '../../src/inventory/limit-file.ts';
import { limitHosts, matchHosts } from '../../src/inventory/pattern.ts';
import { loadHosts, selectHosts } from '../../src/load/load.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { renderGraph, renderHost, renderList } from '../../src/render/inventory-text.ts';
import { loadVaultSecrets } from '../../src/vault/load-secrets.ts';
import {
  type Answer,
  argumentsOf,
  askAnsible,
  type InventoryCase,
  inventoryCases,
  type PatternQuestion,
  runAnsible,
} from '../support/ansible.ts';
import { runCli } from '../support/cli.ts';
import { describeWith } from '../support/needs.ts';

const CASES = inventoryCases();
/** Also asked through the commands themselves, which take a second each. */
const THROUGH_COMMANDS = ['yaml-groups', 'script-with-meta', 'vars-precedence-all-layers'];

describeWith(['ansible', 'ansible-inventory'], 'the same answer as Ansible', () => {
  let home: string;
  let answers: Awaited<ReturnType<typeof askAnsible>>;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'tft-ansible-'));
    await writeFile(join(home, 'ansible.cfg'), '');
    answers = await askAnsible(CASES, home);
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  it.each(CASES.map((one) => [one.name, one] as const))('%s', async (name, one) => {
    const answer = answers[name];
    if (!answer) throw new Error('the driver left this case out');
    const found = await differences(one, answer);
    expect(found, found.join('\n')).toEqual(one.difference);
  });

  it.each(THROUGH_COMMANDS)('the commands say the same: %s', async (name) => {
    const one = CASES.find((some) => some.name === name);
    const answer = answers[name];
    if (!one || !answer || 'error' in answer) throw new Error(`no answer for ${name}`);
    const [host = ''] = Object.keys(answer.hosts);
    const [question] = one.patterns;
    const ask = (...what: string[]) => runAnsible(['ansible-inventory', ...argumentsOf(one), ...what], home);
    expect(JSON.parse(await ask('--list'))).toEqual(answer.list);
    expect(await ask('--graph')).toBe(`${answer.graph}\n`);
    expect(JSON.parse(await ask('--host', host))).toEqual(answer.hosts[host]);
    const listed = await runAnsible(
      ['ansible', ...argumentsOf(one), question?.pattern ?? '', '--list-hosts'],
      home,
    );
    expect(
      listed
        .split('\n')
        .slice(1, -1)
        .map((line) => line.trim()),
    ).toEqual(answer.matches[0]);

    const tapfleet = async (...what: string[]) =>
      (await runCli(['inventory', ...argumentsOf(one), ...what])).stdout;
    expect(JSON.parse(await tapfleet('--list'))).toEqual(answer.list);
    expect(await tapfleet('--graph')).toBe(`${answer.graph}\n`);
    expect(JSON.parse(await tapfleet('--host', host))).toEqual(answer.hosts[host]);
  });
});

/** Of options, not of inventories: what the commands themselves make of them. */
describeWith(['ansible', 'ansible-inventory'], 'the same answer to the same options', () => {
  let home: string;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'tft-ansible-'));
    await writeFile(join(home, 'ansible.cfg'), '');
    await writeFile(join(home, 'hosts'), '[web]\na\nb\nc\n[db]\nd\n127.0.0.1 x=1\n');
    await writeFile(join(home, 'some'), 'b\n\n  c  \r\n');
    await writeFile(join(home, 'comments'), '# a\nb\n');
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  const theirs = async (...args: string[]) => {
    const listed = await runAnsible(['ansible', '-i', 'hosts', ...args, '--list-hosts'], home);
    const lines = listed.split('\n').map((line) => line.trim());
    return lines
      .slice(1)
      .filter((line) => line !== '')
      .sort();
  };
  const ours = async (...args: string[]) => {
    const { stdout } = await runCli(['inventory', '-i', 'hosts', ...args], { cwd: home });
    const hosts = stdout.split('\n').map((line) => /--([^@].*)$/.exec(line)?.[1] ?? '');
    return hosts.filter((line) => line !== '').sort();
  };

  it.each([
    ['the last limit counts', ['-l', 'a', '-l', 'b']],
    ['also where it is a file', ['-l', 'a', '-l', '@some']],
    ['a file among others', ['-l', 'a,@some,!c']],
    ['a file has no comments', ['-l', '@comments']],
    ['an address of this machine goes by its name too', ['-l', 'localhost']],
  ])('%s', async (_title, args) => {
    const expected = await theirs('all', ...args);
    expect(expected.length).toBeGreaterThan(0);
    expect(await ours('all', ...args)).toEqual(expected);
  });

  it.each(['localhost', '::1', 'web[1]', 'a', 'd,a:!a'])('--host %s', async (host) => {
    const expected = await runAnsible(['ansible-inventory', '-i', 'hosts', '--host', host], home);
    const { stdout } = await runCli(['inventory', '-i', 'hosts', '--host', host], { cwd: home });
    expect(JSON.parse(stdout)).toEqual(JSON.parse(expected));
  });

  it('refuses what Ansible refuses of --host', async () => {
    const messages: string[] = [];
    for (const host of ['web', 'nobody']) {
      const asked = ['inventory', '-i', 'hosts', '--host', host];
      await expect(runAnsible(['ansible-inventory', ...asked.slice(1)], home)).rejects.toThrow();
      messages.push((await runCli(asked, { cwd: home })).stderr);
    }
    expect(messages[0]).toContain('--host "web" means 3 hosts\n    name one of them: a, b, c');
    expect(messages[1]).toContain('the inventory has no host "nobody"');
  });
});

/** A line for each place where tapfleet's answer is another one; after a refusal by both nothing else is compared. */
async function differences(
  one: InventoryCase,
  answer: Answer | { readonly error: string },
): Promise<string[]> {
  const { vault } = await loadVaultSecrets({
    passwordFiles: one.vaultPasswordFiles,
    prompt: () => Promise.resolve(undefined),
  });
  const loaded = await loadHosts(
    { inventory: one.inventory, vault },
    one.playbookDir === undefined ? [] : [join(one.playbookDir, 'site.yml')],
  );
  const mistakes = loaded.diagnostics.filter(({ severity }) => severity === 'error');
  const refused = 'error' in answer || answer.rejected.length > 0;
  // Said, so that no case which is to compare something compares nothing for a slip in it.
  if (refused && mistakes.length > 0) return ['refused by both'];
  if (refused) return ['accepted, though Ansible refuses it'];
  if (mistakes.length > 0) return mistakes.map((mistake) => refusalLine(mistake, one.folder));
  const { inventory } = loaded;
  const hosts = [...inventory.hosts.keys(), 'localhost'].map((name) => [
    name,
    JSON.parse(renderHost(inventory, selectHosts(loaded, name).hosts[0] ?? name) ?? '"no such host"'),
  ]);
  return [
    ...compare('list', answer.list, JSON.parse(renderList(inventory))),
    ...compare('graph', answer.graph.split('\n'), renderGraph(inventory).split('\n').slice(0, -1)),
    ...compare('host', answer.hosts, Object.fromEntries(hosts)),
    ...(await patternDifferences(one.patterns, answer, inventory)).map((line) =>
      line.replaceAll(`${one.folder}/`, ''),
    ),
  ];
}

async function patternDifferences(
  patterns: readonly PatternQuestion[],
  answer: Answer,
  inventory: Inventory,
): Promise<string[]> {
  const found: string[] = [];
  for (const [at, question] of patterns.entries()) {
    const theirs = answer.matches[at] ?? [];
    const ours = await matchedBy(inventory, question);
    if ('error' in theirs && 'error' in ours) continue;
    found.push(...compare(`hosts of ${question.text}`, theirs, ours));
  }
  return found;
}

/** In the order of Ansible's batches. */
async function matchedBy(
  inventory: Inventory,
  { pattern, limit }: PatternQuestion,
): Promise<readonly string[] | { readonly error: string }> {
  const matched = matchHosts(inventory, pattern);
  const limits = limit === null ? undefined : await loadLimit([limit]);
  const inside = limits ? limitHosts(inventory, matched.hosts, limits.patterns) : matched;
  const errors = [
    ...matched.errors,
    ...inside.errors,
    ...(limits?.diagnostics ?? []).map(({ summary }) => summary),
  ];
  return errors[0] === undefined ? inside.hosts : { error: errors[0] };
}

function refusalLine({ summary, where }: Diagnostic, folder: string): string {
  const file = where?.file.replace(`${folder}/`, '');
  return `refused: ${where ? `${file}:${where.line}:${where.column}: ` : ''}${summary.replace(`${folder}/`, '')}`;
}

/** Lists are compared whole: what matters of them is the order. */
function compare(where: string, theirs: unknown, ours: unknown): string[] {
  if (isMap(theirs) && isMap(ours)) {
    const names = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])];
    return names.flatMap((name) => compare(`${where} / ${name}`, own(theirs, name), own(ours, name)));
  }
  const [before, after] = [shown(theirs), shown(ours)];
  return before === after ? [] : [`${where}: Ansible ${before}, tapfleet ${after}`];
}

function own(map: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(map, name) ? map[name] : undefined;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
