/** Runs over simulated hosts: what is read, changed, kept open, closed, and said when a host is ill. */
import { describe, expect, test, vi } from 'vitest';
import {
  applyFleet,
  applyFleetApproved,
  gatherFleet,
  planFleet,
  type RunOptions,
} from '../../../src/fleet/run.ts';
import type { HostOutcome } from '../../../src/model/outcome.ts';
import { HostTrouble } from '../../../src/remote/connection.ts';
import { DECLARED, manifestOf, wanted } from '../../support/builders.ts';
import { bareKernel } from '../../support/model-build.ts';
import { ModelFleet, type ModelHost, settingsFor } from '../../support/model-connection.ts';
import { rollout } from '../../support/rollout.ts';

const well = (): ModelHost => ({ kernel: bareKernel() });

function fleet(hosts: Record<string, ModelHost>) {
  const model = new ModelFleet(hosts);
  const targets = Object.keys(hosts).map((host) => ({
    host,
    settings: settingsFor(host),
    manifest: manifestOf(host, [wanted('web0', DECLARED)]),
  }));
  const options: RunOptions = {
    connect: model.connect,
    forks: 5,
    allowDisruption: false,
    confirmTimeoutS: 30,
    lockTimeoutS: 0,
    controller: 'me@here',
  };
  return { model, targets, options };
}

function told(outcomes: readonly HostOutcome[]): string[] {
  return outcomes.map((outcome) => {
    switch (outcome.kind) {
      case 'planned':
        return `${outcome.host} planned ${outcome.plan.changes.map((change) => change.action)}`;
      case 'applied':
        return `${outcome.host} applied ${[...outcome.results].join(' ')} ${outcome.problems.map(({ kind }) => kind)}`.trim();
      case 'unread':
        return `${outcome.host} unread ${outcome.problem.kind}`;
      default:
        return `${outcome.host} ${outcome.kind}`;
    }
  });
}

const isApply = (command: string) => command.includes(' tapfleet-apply ');

test('plan reads over one channel, touches nothing, leaves nothing open', async () => {
  const { model, targets, options } = fleet({ hv01: well() });
  const before = model.hosts.get('hv01')?.kernel.links();
  expect(told(await planFleet(targets, options))).toEqual(['hv01 planned create']);
  expect(model.events).toEqual(['hv01 connect', 'hv01 exec', 'hv01 close']);
  expect(model.hosts.get('hv01')?.kernel.links()).toEqual(before);
});

test('apply uses one login, and one channel to read and change; and the second time does nothing', async () => {
  const { model, targets, options } = fleet({ hv01: well(), hv02: well() });
  expect(told(await applyFleet(targets, options))).toEqual([
    'hv01 applied web0,done',
    'hv02 applied web0,done',
  ]);
  expect(model.events.filter((event) => event.startsWith('hv01'))).toEqual([
    'hv01 connect',
    'hv01 exec',
    'hv01 program',
    // The simulated host does not ask: it is told the last word.
    'hv01 exec',
    'hv01 close',
  ]);
  expect(told(await applyFleet(targets, options))).toEqual(['hv01 planned ', 'hv02 planned ']);
  expect(model.stillOpen).toBe(0);
});

test('a host that was read for so long that others had its slot is read again before it is changed', async () => {
  vi.useFakeTimers();
  try {
    const { model, targets, options } = fleet({ hv01: well() });
    const commands: string[] = [];
    const connect: RunOptions['connect'] = async (settings) => {
      const connection = await model.connect(settings);
      return {
        ...connection,
        open: true,
        exec: async (command, how) => {
          commands.push(`${/tapfleet-[a-z-]+/.exec(command)}`);
          if (command.includes('tapfleet-read-apply')) await vi.advanceTimersByTimeAsync(5_001);
          return connection.exec(command, how);
        },
      };
    };
    expect(told(await applyFleet(targets, { ...options, connect }))).toEqual(['hv01 applied web0,done']);
    expect(commands).toEqual([
      'tapfleet-read-apply',
      'tapfleet-gather',
      'tapfleet-apply',
      'tapfleet-confirm',
    ]);
  } finally {
    vi.useRealTimers();
  }
});

test('one host’s trouble never touches another', async () => {
  const lost = new HostTrouble({ kind: 'connection-lost', message: 'the connection broke' });
  const { model, targets, options } = fleet({
    hv01: { ...well(), refuses: true },
    hv02: { ...well(), throws: true },
    hv03: { ...well(), answers: () => ({ stdout: 'half', stderr: '', code: undefined }) },
    hv04: { ...well(), answers: (command) => (isApply(command) ? lost : undefined) },
    hv05: { ...well(), answers: () => ({ stdout: '', stderr: 'sh: not found', code: 127 }) },
    hv06: well(),
  });
  expect(told(await applyFleet(targets, options))).toEqual([
    'hv01 unread connection-refused',
    'hv02 unread internal',
    'hv03 unread connection-lost',
    'hv04 applied web0,unknown connection-lost',
    'hv05 unread missing-tool',
    'hv06 applied web0,done',
  ]);
  expect(model.stillOpen).toBe(0);
});

/**
 * Runs an apply of `web0` while somebody types `line` on the host between reading and changing it. `asked`: somebody has
 * agreed to what was read.
 */
async function applyWhile(line: string, asked: boolean): Promise<HostOutcome | undefined> {
  const hv01 = well();
  const { targets, options } = fleet({
    hv01: {
      ...hv01,
      answers: (command) => {
        if (isApply(command)) hv01.kernel.ip(line);
        return undefined;
      },
    },
  });
  const outcomes = asked
    ? (await applyFleetApproved(targets, options, async () => true)).outcomes
    : await applyFleet(targets, options);
  return outcomes[0];
}

test('a step that the kernel refuses takes back what was done, and says so', async () => {
  const outcome = await applyWhile('link add link eno1 name only0 type macvlan mode passthru', true);
  expect(outcome).toMatchObject({
    kind: 'applied',
    rolledBack: true,
    results: new Map([['web0', 'undone']]),
    problems: [
      {
        kind: 'kernel',
        interface: 'web0',
        message: expect.stringMatching(/Invalid argument.*at step 1 of 6 \(add\)/),
      },
    ],
  });
});

test('a host that moved since it was read is planned again: what nobody was asked about is no promise', async () => {
  expect(await applyWhile('link set dev eno2 mtu 1450', false)).toMatchObject({
    kind: 'applied',
    problems: [],
  });
  expect(await applyWhile('link add link eno1 name web0 type macvlan', false)).toMatchObject({
    kind: 'planned',
    plan: { refusals: [{ message: expect.stringMatching(/^web0: the name is taken by a macvlan/) }] },
  });
});

test('a host that moved since it was agreed to is refused, untouched', async () => {
  const outcome = await applyWhile('link add link eno1 name web0 type macvlan', true);
  expect(outcome).toMatchObject({
    kind: 'planned',
    plan: {
      refusals: [
        {
          kind: 'stale-plan',
          message: expect.stringMatching(/changed on the host.*: web0 \(is there now\);/),
        },
      ],
    },
  });
});

describe('with somebody’s consent', () => {
  test('exactly what was shown is applied, over the same login', async () => {
    const { model, targets, options } = fleet({ hv01: well() });
    const { outcomes, approved } = await applyFleetApproved(targets, options, async (shown) => {
      expect(told(shown)).toEqual(['hv01 planned create']);
      return true;
    });
    expect([approved, told(outcomes)]).toEqual([true, ['hv01 applied web0,done']]);
    expect(model.events.filter((event) => event.endsWith('connect'))).toHaveLength(1);
    expect(model.stillOpen).toBe(0);
  });

  test('without it nothing is touched and nothing stays open', async () => {
    const { model, targets, options } = fleet({ hv01: well(), hv02: { ...well(), refuses: true } });
    const { outcomes, approved } = await applyFleetApproved(targets, options, async () => false);
    expect([approved, told(outcomes)]).toEqual([
      false,
      ['hv01 planned create', 'hv02 unread connection-refused'],
    ]);
    expect(model.events.filter((event) => event === 'hv01 exec')).toHaveLength(1);
    expect(model.stillOpen).toBe(0);
  });

  test('a canary that could not be read holds the others back, as it does without a question', async () => {
    const { model, targets, options } = fleet({ hv01: { ...well(), refuses: true }, hv02: well() });
    const hosts = targets.map(({ host }) => host);
    const rollouts = [rollout(hosts, { serial: [{ count: 1 }, { percent: 100 }] })];
    const expected = ['hv01 unread connection-refused', 'hv02 skipped'];
    expect(told(await applyFleet(targets, { ...options, rollouts }))).toEqual(expected);
    const { outcomes } = await applyFleetApproved(targets, { ...options, rollouts }, async () => true);
    expect(told(outcomes)).toEqual(expected);
    expect(
      model.hosts
        .get('hv02')
        ?.kernel.links()
        .map(({ ifname }) => ifname),
    ).not.toContain('web0');
  });

  test('an answer that throws leaves nothing open', async () => {
    const { model, targets, options } = fleet({ hv01: well() });
    await expect(
      applyFleetApproved(targets, options, async () => {
        throw new Error('terminal gone');
      }),
    ).rejects.toThrow('terminal gone');
    expect(model.stillOpen).toBe(0);
  });

  test('a host that changed in between is not touched', async () => {
    const { model, targets, options } = fleet({ hv01: well() });
    const kernel = model.hosts.get('hv01')?.kernel;
    const { outcomes } = await applyFleetApproved(targets, options, async () => {
      kernel?.ip('link add link eno1 name web0 address 52:54:00:10:00:09 type macvtap mode private');
      return true;
    });
    expect(told(outcomes)[0]).not.toContain('web0,done');
    expect(kernel?.links().find((link) => link.ifname === 'web0')?.address).toBe('52:54:00:10:00:09');
  });
});

test('a login that is not root plans and applies nothing', async () => {
  const { targets, options } = fleet({ hv01: well() });
  const [target] = targets;
  const kernel = bareKernel();
  const asUser = new ModelFleet({ hv01: { kernel } });
  const connect: RunOptions['connect'] = async (settings) => {
    const connection = await asUser.connect(settings);
    return {
      ...connection,
      open: true,
      exec: async (command, how) => {
        const heard = (stdout: string) => stdout.replace(/(:host\n)0\n/, '$11000\n');
        const { reply } = how;
        const say = reply && { reply: { ...reply, say: (stdout: string) => reply.say(heard(stdout)) } };
        const said = await connection.exec(command, { ...how, ...say });
        return { ...said, stdout: heard(said.stdout) };
      },
    };
  };
  const outcomes = await applyFleet(target ? [target] : [], { ...options, connect });
  expect(told(outcomes)).toEqual(['hv01 applied web0,not-done privilege']);
  expect(asUser.events.filter((event) => event === 'hv01 exec')).toHaveLength(1);
});

test('facts: each host read, or why not', async () => {
  const { model, targets, options } = fleet({ hv01: well(), hv02: { ...well(), refuses: true } });
  const { observed, unread } = await gatherFleet(targets, options);
  expect([...observed.keys()]).toEqual(['hv01']);
  expect(told(unread)).toEqual(['hv02 unread connection-refused']);
  expect(model.stillOpen).toBe(0);
});
