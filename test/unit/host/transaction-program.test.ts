/** Is text of a host or a playbook ever anything but text? Read in the program, and tried on a namespace. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applyPlan } from '../../../src/fleet/apply.ts';
import { gather } from '../../../src/fleet/session.ts';
import { transactionProgram } from '../../../src/host/transaction-program.ts';
import type { Transaction } from '../../../src/model/transaction.ts';
import { planHost } from '../../../src/planning/plan-host.ts';
import { DECLARED, manifestOf, wanted } from '../../support/builders.ts';
import { runProcess } from '../../support/cli.ts';
import { FaultHost } from '../../support/fault-host.ts';
import { describeWith } from '../../support/needs.ts';
import { must } from '../../support/sshd-commands.ts';

const DULL: Transaction = {
  steps: [],
  inverse: [],
  fingerprint: { names: ['eno1'], sum: '1 2' },
  replaced: [],
  confirmTimeoutS: 30,
  lockTimeoutS: 0,
  controller: 'ops@mgmt',
};

const program = (more: Partial<Transaction>) => transactionProgram({ ...DULL, ...more });
const aliasBack = (alias: string, name = 'm0') => ({
  inverse: [{ step: 1, operations: [{ op: 'alias', name, alias } as const] }],
});

describe('the text', () => {
  test('a controller’s name is letters and digits', () => {
    expect(program({ controller: "a'b$(id)\n@c d" })).toContain("WHO='a_b__id__@c_d'");
    expect(program({ controller: '' })).toContain("WHO='unknown'");
  });

  test.each([
    ['a fraction of seconds', { confirmTimeoutS: 1.5 }],
    ['less than none', { lockTimeoutS: -1 }],
    ['a sum that is none', { fingerprint: { names: [], sum: '1; id' } }],
  ])('%s is a fault of ours', (_title, more) => {
    expect(() => program(more)).toThrow();
  });

  test('an alias that looks like the end of a quotation does not end it', () => {
    const command = `ip link set dev ${quoted('m0')} alias ${quoted("x\n'\nid\n'\\''id")} 2>>./undone`;
    expect(program(aliasBack("x\n'\nid\n'\\''id"))).toContain(`\nput aliases ${quoted(command)}\n`);
  });

  test('an alias that a batch line can carry is one, any other a command', () => {
    const line = quoted(`1 link set dev m0 alias "it's $(id)"`);
    expect(program(aliasBack("it's $(id)"))).toContain(`\nput inverse ${line}\n`);
    const command = quoted(`ip link set dev ${quoted('m0')} alias ${quoted('a"b\'c')} 2>>./undone`);
    expect(program(aliasBack('a"b\'c'))).toContain(`\nput aliases ${command}\n`);
  });

  test('a name of the host is no command of its shell', () => {
    expect(program(aliasBack('a"b', '$(reboot)'))).toContain(
      quoted(`ip link set dev ${quoted('$(reboot)')} alias`).slice(0, -1),
    );
  });

  test('no word is longer than a kernel takes, and nothing is lost between two', () => {
    const mtu = { op: 'mtu', name: 'a'.repeat(15), value: 1500 } as const;
    const steps = Array.from({ length: 5000 }, () => ({ interfaces: [], operation: mtu }));
    const [line = ''] = /^put steps .*?^put inverse/ms.exec(program({ steps })) ?? [];
    expect(Math.max(...line.split("' '").map((word) => word.length))).toBeLessThan(64 * 1024);
    expect(line.match(/link set dev a{15} mtu 1500/g)).toHaveLength(5000);
  });
});

/** As POSIX has it: nothing but a quote ends what a quote began. */
function quoted(text: string): string {
  return `'${text.split("'").join("'\\''")}'`;
}

describeWith(['root', 'macvtap', 'ip'], 'a foreign alias', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tff-alias-'));
  const ran = join(folder, 'ran');
  let host: FaultHost;

  beforeAll(async () => {
    host = await FaultHost.make([
      'link add link eno1 name m0 index $I1 address 52:54:00:10:00:01 type macvtap mode bridge',
      'link add link eno1 name m1 index $I2 address 52:54:00:10:00:02 type macvtap mode bridge',
    ]);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await host?.remove();
  });

  const readAlias = async () =>
    must(
      await runProcess(['ip', 'netns', 'exec', host.netns, 'cat', '/sys/class/net/m0/ifalias']),
      'reading the alias',
    );

  test.each([
    `it's "$(touch RAN)" \`touch RAN\` \\ \\n %s #1 ; & | ! * ~`,
    "x\nEND-OF-FILE\ntouch RAN\nEND-OF-FILE\n'; touch RAN; '",
    '-force\ttab \u001b[31m é 漢',
    "'",
    '7: eno1: <UP> mtu 1\n2: eno1@sw1: forged',
    ' spaces at both ends ',
  ])('%j is put back exactly and runs nothing', async (pattern) => {
    const alias = pattern.replaceAll('RAN', ran);
    must(await runProcess(['ip', '-n', host.netns, 'link', 'set', 'dev', 'm0', 'alias', alias]), 'alias');
    const before = await readAlias();
    const connection = host.connection();
    const fields = { ...DECLARED, mtu: 1400 };
    const plan = planHost(
      manifestOf('hv', [wanted('m0', { ...fields, alias: 'ours now', state: 'down' })], [], []),
      await gather(connection),
      { allowDisruption: true },
    );
    expect(plan.changes).toMatchObject([{ interface: 'm0', adopts: true }]);
    const refused = { interfaces: [], operation: { op: 'mtu', name: 'sw1', value: 70_000 } } as const;
    const outcome = await applyPlan(
      connection,
      { ...plan, steps: [...plan.steps, refused] },
      {
        confirmTimeoutS: 20,
        lockTimeoutS: 0,
        controller: 'test',
        connectAgain: async () => connection,
      },
    );
    expect(outcome).toMatchObject({ kind: 'applied', rolledBack: true });
    expect(await readAlias()).toBe(before);
    expect(existsSync(ran)).toBe(false);
    await host.untilFree();
  });
});
