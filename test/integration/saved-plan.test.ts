/** A plan that was saved, read by people, and applied: that and nothing else, or nothing. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { planFileSchema } from '../../src/plan-file/schema.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { sealedYaml } from '../support/seal.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { expectNothingLeft, report } from '../support/sshd-report.ts';

const tap = (name: string, more: object = {}) => ({ name, lower: 'eno1', mode: 'bridge', ...more });

describeWith(FLEET_NEEDS, 'a saved plan', () => {
  let fleet: SshdFleet;
  let files = 0;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 3 });
  });
  afterEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  const save = async (playbook: string, ...args: string[]) => {
    const file = join(fleet.folder, `plan-${++files}.json`);
    const plan = await report(fleet, 'plan', playbook, ['--out', file, ...args]);
    return { file, plan };
  };
  const apply = async (file: string, ...args: string[]) => {
    const { code, stdout, stderr } = await fleet.tapfleet(['apply', file, '--format', 'json', ...args]);
    const hosts = code === 1 ? [] : JSON.parse(stdout).hosts;
    return { code, stderr, hosts, statuses: hosts.map(({ status }: { status: string }) => status) };
  };

  it('is applied as it is, without playbook, inventory or question', async () => {
    const playbook = fleet.playbook({ macvtaps: [tap('a0'), tap('b0', { mtu: 1400 })], serial: 1 });
    const { file } = await save(playbook);
    writeFileSync(playbook, 'not: a playbook any more');
    const applied = await apply(file);
    expect([applied.code, ...applied.statuses]).toEqual([0, 'changed', 'changed', 'changed']);
    const plan = JSON.parse(readFileSync(file, 'utf8'));
    expect(planFileSchema.parse(plan).hosts).toHaveLength(3);
    const schema = JSON.parse((await fleet.tapfleet(['schema', 'plan'])).stdout);
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);
    expect(validate(plan) || validate.errors).toBe(true);
    expect(validate({ ...plan, hosts: [{ ...plan.hosts[0], batch: 1 }] })).toBe(false);
    await expectNothingLeft(fleet, fleet.playbook({ macvtaps: [tap('a0'), tap('b0', { mtu: 1400 })] }));
  });

  it('counts a host that could not be planned in its batch: nobody behind that canary is touched', async () => {
    await fleet.stop('hv01');
    const before = [await fleet.snapshot('hv02'), await fleet.snapshot('hv03')];
    const playbook = fleet.playbook({ name: 'taps', macvtaps: [tap('a0')], serial: [1, '100%'] });
    const { file, plan } = await save(playbook, '--retries', '0');
    expect(plan.statuses).toEqual(['unreachable', 'changes', 'changes']);
    const applied = await apply(file);
    expect([applied.code, ...applied.statuses]).toEqual([4, 'skipped', 'skipped']);
    expect(applied.hosts[0].warnings).toEqual(['1 of 1 host of a batch failed in the play "taps"']);
    expect(applied.stderr).toContain('counts as failed in its batch');
    expect([await fleet.snapshot('hv02'), await fleet.snapshot('hv03')]).toEqual(before);
    const bears = fleet.playbook({ macvtaps: [tap('a0')], max_fail_percentage: 50 });
    const borne = await apply((await save(bears, '--retries', '0')).file);
    expect([borne.code, ...borne.statuses]).toEqual([0, 'changed', 'changed']);
  });

  it('is the same to the byte for the same hosts, time aside', async () => {
    const playbook = fleet.playbook({ macvtaps: [tap('a0')] });
    const text = async () =>
      readFileSync((await save(playbook)).file, 'utf8').replace(/"created": "[^"]*"|"digest": "[^"]*"/g, '');
    expect(await text()).toBe(await text());
  });

  it('refuses the hosts that moved, says what did, and changes the others', async () => {
    const { file } = await save(fleet.playbook({ macvtaps: [tap('a0')] }));
    await fleet.ip('hv02', 'link', 'set', 'dev', 'eno1', 'mtu', '1400');
    await fleet.ip('hv03', 'link', 'set', 'dev', 'eno3', 'mtu', '1400');
    const before = await fleet.snapshot('hv02');
    const check = await apply(file, '--check');
    expect([check.code, ...check.statuses]).toEqual([3, 'changes', 'refused', 'changes']);
    const applied = await apply(file);
    expect([applied.code, ...applied.statuses]).toEqual([3, 'changed', 'refused', 'changed']);
    expect(applied.hosts[1].error).toMatchObject({
      kind: 'stale-plan',
      message: expect.stringContaining('eno1'),
    });
    expect(await fleet.snapshot('hv02')).toBe(before);
    const again = await apply(file);
    expect([again.code, ...again.statuses]).toEqual([3, 'refused', 'refused', 'refused']);
    expect(again.hosts[0].error.message).toMatch(/changed on the host since the plan was made: a0/);
    expect(again.hosts[0].error.message).toMatch(/a0 \(is there now\); the host is as declared already/);
  });

  it('says of what moved in what it moved, and is stale where what it rests on is gone', async () => {
    await report(fleet, 'apply', fleet.playbook({ macvtaps: [tap('a0', { mtu: 1400 })] }));
    const { file } = await save(fleet.playbook({ macvtaps: [tap('a0', { mtu: 1300 })] }));
    await fleet.ip('hv01', 'link', 'set', 'dev', 'a0', 'type', 'macvtap', 'mode', 'vepa');
    await fleet.ip('hv01', 'link', 'set', 'dev', 'eno1', 'mtu', '1450');
    await fleet.ip('hv02', 'link', 'del', 'dev', 'a0');
    await fleet.ip('hv03', 'link', 'set', 'dev', 'eno1', 'mtu', '1280');
    const { code, hosts } = await apply(file);
    expect(code).toBe(3);
    const words = hosts.map(({ error }: { error: { kind: string; message: string } }) => error);
    expect(words).toEqual([
      {
        kind: 'stale-plan',
        message: expect.stringContaining(
          'a0 (mode bridge → vepa), eno1 (mtu 1500 → 1450); nothing was touched',
        ),
      },
      { kind: 'stale-plan', message: expect.stringContaining('a0 (is gone); nothing') },
      { kind: 'stale-plan', message: expect.stringMatching(/eno1 \(mtu 1500 → 1280\)/) },
    ]);
    // What the guard says of it now is said too.
    expect(hosts[2].errors.map(({ kind }: { kind: string }) => kind)).toEqual([
      'stale-plan',
      'mtu-above-lower',
    ]);
  });

  it('is as good as before where only what a play leaves to others has changed', async () => {
    const play = (mtu: number) =>
      fleet.playbook({
        ignore: [{ interfaces: 'a*', fields: ['txqueuelen'] }],
        macvtaps: [tap('a0', { mtu })],
      });
    await report(fleet, 'apply', play(1400));
    const { file } = await save(play(1300));
    await fleet.ip('hv01', 'link', 'set', 'dev', 'a0', 'txqueuelen', '77');
    await fleet.ip('hv02', 'link', 'set', 'dev', 'a0', 'txqueuelen', '77', 'promisc', 'on');
    const applied = await apply(file);
    expect([applied.code, ...applied.statuses]).toEqual([3, 'changed', 'refused', 'changed']);
    expect(applied.hosts[1].error.message).toContain('a0 (txqueuelen 500 → 77, promisc false → true)');
    expect(await fleet.ip('hv01', 'link', 'show', 'a0')).toMatch(/ mtu 1300 .* qlen 77/);
  });

  it('of some hosts, or of one part of them, is applied to those', async () => {
    const playbook = fleet.playbook({ macvtaps: [tap('a0')] });
    const limited = await save(playbook, '--limit', 'hv02');
    expect((await apply(limited.file)).hosts.map(({ host }: { host: string }) => host)).toEqual(['hv02']);
    const parts = [];
    for (const part of ['1/2', '2/2']) {
      const { file } = await save(playbook, '--shard', part);
      // What it shows can be made one again.
      const shown = fleet.write(
        'part.json',
        JSON.parse((await fleet.tapfleet(['show', file, '--format', 'json'])).stdout),
      );
      parts.push({ shown, applied: await apply(file) });
    }
    const whole = await fleet.tapfleet(['merge', ...parts.map(({ shown }) => shown), '--format', 'json']);
    expect(JSON.parse(whole.stdout).hosts.map(({ host }: { host: string }) => host)).toEqual(fleet.names);
    expect(parts.flatMap(({ applied }) => applied.statuses)).toEqual(['changed', 'changed']);
    expect((await apply(limited.file, '--limit', 'hv02')).stderr).toMatch(
      /--limit means nothing for a saved plan/,
    );
    await expectNothingLeft(fleet, playbook);
  });

  it('does not cut off a guest that the plan did not show, and cuts off the one that it showed', async () => {
    await report(fleet, 'apply', fleet.playbook({ macvtaps: [tap('a0')] }));
    const { file } = await save(
      fleet.playbook({ macvtaps: [tap('a0', { state: 'absent' })] }),
      '--allow-disruption',
    );
    const guest = await fleet.openTap('hv01', 'a0');
    const applied = await apply(file);
    expect([applied.code, ...applied.statuses]).toEqual([3, 'refused', 'changed', 'changed']);
    expect(applied.hosts[0].error.message).toMatch(/a0 is held by .* now, which the plan did not show/);
    const seen = await save(
      fleet.playbook({ macvtaps: [tap('a0', { state: 'absent' })] }),
      '--allow-disruption',
    );
    expect((await apply(seen.file)).statuses).toEqual(['changed']);
    await guest.close();
  });

  it('holds nothing for hosts that could not be read, and is made all the same', async () => {
    await fleet.stop('hv02');
    const { file, plan } = await save(fleet.playbook({ macvtaps: [tap('a0')] }), '--retries', '0');
    expect(plan.code).toBe(4);
    await fleet.start('hv02');
    const applied = await apply(file);
    expect(
      applied.hosts.map(({ host, status }: { host: string; status: string }) => `${host} ${status}`),
    ).toEqual(['hv01 changed', 'hv03 changed']);
    expect(applied.stderr).toContain('1 host of the plan could not be planned then');
  });

  it('reaches the hosts as an inventory says, where one is given', async () => {
    const { file } = await save(fleet.playbook({ macvtaps: [tap('a0')] }));
    const wrong = fleet.inventory({ ansible_user: 'nobody-here' });
    expect((await apply(file, '-i', wrong)).statuses).toEqual(['unreachable', 'unreachable', 'unreachable']);
    const other = fleet.write('other.yaml', { all: { hosts: { hv01: null } } });
    expect((await apply(file, '-i', other)).stderr).toMatch(/the plan is for "hv02"/);
  });

  it('is refused where a byte of it is not as it was made', async () => {
    const { file } = await save(fleet.playbook({ macvtaps: [tap('a0')] }));
    const text = readFileSync(file, 'utf8');
    const broken = join(fleet.folder, 'broken.json');
    for (const [content, words] of [
      [text.replace('"bridge"', '"vepa"'), /was changed after it was made/],
      [text.replace('\n', ' '), /was changed after it was made/],
      [text.slice(0, -40), /no whole JSON/],
      [`\uFEFF${text}`, /no whole JSON|was changed after it was made/],
      [`${text}\n`, /was changed after it was made/],
      [JSON.stringify(JSON.parse(text)), /was changed after it was made/],
      ['', /neither a playbook nor a saved plan/],
      [text.replace(/"tapfleet": "[^"]+"/, '"tapfleet": "99.0.0"'), /made by tapfleet "99.0.0"/],
      ['{}', /no plan file/],
    ] as const) {
      expect(content).not.toBe(text);
      writeFileSync(broken, content);
      const { code, stderr } = await apply(broken);
      expect([code, stderr]).toEqual([1, expect.stringMatching(words)]);
    }
  });

  it('is no playbook, stands alone, and is looked for before anybody is asked', async () => {
    const { file } = await save(fleet.playbook({ macvtaps: [tap('a0')] }));
    const playbook = fleet.playbook({ macvtaps: [tap('a0')] });
    for (const [words, argv] of [
      [/is a saved plan, which is applied alone/, ['apply', file, playbook]],
      [/there is no such file/, ['apply', `${file}.none`]],
      [/the playbook is a saved plan/, ['plan', file, '-i', fleet.inventory()]],
      [/the playbook is a saved plan/, ['validate', file, '-i', fleet.inventory()]],
      [/playbook\.yaml: it is no plan file/, ['show', playbook]],
    ] as const) {
      const { code, stdout, stderr } = await fleet.tapfleet(argv);
      expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(words)]);
    }
  });

  it('is shown in any format, without a host', async () => {
    const { file, plan } = await save(fleet.playbook({ macvtaps: [tap('a0')] }));
    const json = await fleet.tapfleet(['show', file, '--format', 'json']);
    expect([json.code, JSON.parse(json.stdout)]).toEqual([0, plan.report]);
    const text = await fleet.tapfleet(['show', file, '--detailed-exitcode']);
    expect(text.code).toBe(2);
    expect(text.stdout).toContain('Plan: 3 to create on 3 hosts');
  });

  it('holds no secret', async () => {
    const inventory = fleet.inventory({ ansible_password: 'hunter22', ansible_become_password: 'hunter33' });
    const file = join(fleet.folder, 'secret.json');
    const playbook = fleet.playbook({ macvtaps: [tap('a0')] });
    await fleet.tapfleet(['plan', playbook, '-i', inventory, '--out', file]);
    expect(readFileSync(file, 'utf8')).not.toMatch(/hunter/);
    const telling = fleet.playbook({ macvtaps: [tap('a0', { alias: 'it is {{ ansible_password }}' })] });
    const refused = await fleet.tapfleet(['plan', telling, '-i', inventory, '--out', `${file}.2`]);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/not written: the plan holds a text that is a secret/),
    ]);
    expect(refused.stdout + refused.stderr).not.toMatch(/hunter/);
  });

  it('holds nothing of a vault, and is not written where a declared value comes of one', async () => {
    const odd = 'planted "odd" \\ one';
    const plain = 'planted-plain-4711';
    writeFileSync(join(fleet.folder, 'vault-password'), 'opens-it\n');
    const plan = async (title: string, alias: string) => {
      const vars = [`odd: ${sealedYaml(odd, 'opens-it', 4)}`, `plain: ${sealedYaml(plain, 'opens-it', 4)}`];
      const lines = [
        '- hosts: hypervisors',
        '  vars:',
        ...vars.map((line) => `    ${line}`),
        '  throttle_by: {var: odd, limit: 2}',
        '  macvtaps:',
        `    - {name: a0, lower: eno1, mode: bridge, alias: "${alias}"}`,
      ];
      const playbook = fleet.write('vaulted.yml', `${lines.join('\n')}\n`);
      const file = join(fleet.folder, `vaulted-${title}.json`);
      const secrets = ['--vault-password-file', join(fleet.folder, 'vault-password')];
      const answer = await fleet.tapfleet([
        'plan',
        playbook,
        '-i',
        fleet.inventory(),
        '--out',
        file,
        ...secrets,
      ]);
      return { ...answer, file };
    };
    const used = await plan('used', "{{ 'long' if plain | length > 5 else 'short' }}");
    expect([used.code, used.stderr]).toEqual([0, expect.stringContaining('saved in')]);
    expect(readFileSync(used.file, 'utf8')).not.toMatch(/planted|odd|4711/);
    const told = await plan('told', 'it is {{ plain | upper }}');
    expect([told.code, told.stderr]).toEqual([1, expect.stringContaining('is not written')]);
    expect(`${told.stdout}${told.stderr}`).not.toMatch(/planted/i);
    expect(existsSync(told.file)).toBe(false);
  });

  it('holds no value of the variable that hosts are throttled by: it may be a secret, quoted twice', async () => {
    const inventory = fleet.inventory({ ansible_become_password: 'hun"ter\\22', rack: 'rack-of-secrets' });
    for (const name of ['ansible_become_password', 'rack']) {
      const throttle = { throttle_by: { var: name, limit: 1 }, macvtaps: [tap('a0')] };
      const file = join(fleet.folder, `throttled-${name}.json`);
      await fleet.tapfleet(['plan', fleet.playbook(throttle), '-i', inventory, '--out', file]);
      const text = readFileSync(file, 'utf8');
      expect(text).not.toMatch(/hun|ter..22|secrets/);
      expect(JSON.parse(text).rollouts[0].throttle).toEqual({
        limit: 1,
        groupOf: { hv01: '1', hv02: '1', hv03: '1' },
      });
    }
  });
});
