/**
 * The GitHub workflows as they are shipped, from a push to the applied state on real hosts: every `run` block is run as it
 * stands, beside a forge that knows no other call than those that they need.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { addressesOf, failedAt, site, tap } from '../support/pipelines/fleet-files.ts';
import type { Files } from '../support/pipelines/git-forge.ts';
import { BOT } from '../support/pipelines/github-api.ts';
import { GithubForge, VAULT_PASSWORD } from '../support/pipelines/github-forge.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';

const PLAN_MARK = '<!-- tapfleet:plan -->';
const DRIFT_MARK = '<!-- tapfleet:drift -->';

// Each is several jobs of several programs.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

describeWith([...FLEET_NEEDS, 'git', 'npm', 'bash'], 'the GitHub workflows', () => {
  let fleet: SshdFleet;
  let forge: GithubForge;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 2 });
    forge = await GithubForge.start(fleet, { 'inventory/hosts.json': addressesOf(fleet), ...site() });
  });
  afterEach(() => expect(forge.api.server.wrong).toEqual([]));
  afterAll(async () => {
    await forge?.close();
    await fleet?.close();
  });

  const mtu = async (host: string, name: string) =>
    JSON.parse(await fleet.ip(host, '-j', 'link', 'show', 'dev', name))[0].mtu;
  const links = (host: string) => fleet.ip(host, '-br', 'link', 'show', 'type', 'macvtap');
  const ours = (issue: number) =>
    forge.api.comments.filter((one) => one.issue === issue && one.user.login === BOT);

  it('plan a pull request in a comment, behind many others, and touch no host', async () => {
    for (let n = 0; n < 130; n++) forge.api.comment(1, 'ann', `remark ${n}`);
    const imposture = forge.api.comment(1, 'mallory', `${PLAN_MARK}\n## tapfleet plan: nothing to do\n`);
    await forge.git.push('web0', site(tap('web0')));
    const { plan, validate } = await forge.pullRequest(1, 'web0');
    expect([plan.result, validate.result]).toEqual(['success', 'skipped']);
    expect(ours(1)).toHaveLength(1);
    expect(ours(1)[0]?.body).toMatch(/^<!-- tapfleet:plan -->\n\n## .*changes 2 hosts, cuts off nobody\n/);
    expect(ours(1)[0]?.body).toContain('+ create web0');
    expect(plan.summary).toContain('+ create web0');
    expect(plan.log).toMatch(/^::notice title=tapfleet plan::Plan: 2 to create on 2 hosts/m);
    expect(imposture.body).toContain('nothing to do');
    expect(await links('hv01')).toBe('');
  });

  it('update the same comment at the next push', async () => {
    const [before] = ours(1);
    await forge.git.push('web0', site(tap('web0', { mtu: 1400 })));
    await forge.pullRequest(1, 'web0');
    expect(ours(1)).toEqual([{ ...before, body: expect.stringContaining('mtu           1400') }]);
  });

  it('apply the plan that was reviewed when it is merged, and keep what takes it back', async () => {
    await forge.git.merge('web0');
    const apply = await forge.afterMerge();
    expect([apply.result, failedAt(apply)]).toEqual(['success', undefined]);
    expect([await mtu('hv01', 'web0'), await mtu('hv02', 'web0')]).toEqual([1400, 1400]);
    expect(apply.summary).toContain('## tapfleet apply: 2 hosts changed');
    const record = forge.api.artifacts.find(
      ({ name, run }) => name === 'tapfleet-record' && run === apply.run,
    );
    const [file, text] = [...(record?.files ?? [])][0] ?? [];
    expect(file).toMatch(/\.jsonl$/);
    const undo = await fleet.tapfleet([
      'undo',
      fleet.write('record.jsonl', String(text)),
      '-i',
      fleet.inventory(),
      '--check',
      '--detailed-exitcode',
    ]);
    expect([undo.code, undo.stdout]).toEqual([2, expect.stringMatching(/2 to delete/)]);
  });

  it('find the plan of a squashed merge too: it is named after the content', async () => {
    await forge.git.push('db0', site(tap('web0', { mtu: 1400 }), tap('db0')));
    await forge.pullRequest(2, 'db0');
    await forge.git.merge('db0', '--squash');
    expect((await forge.afterMerge()).result).toBe('success');
    expect(await links('hv02')).toContain('db0@eno1');
  });

  it('open one issue for drift, update it, and close it when the fleet is as declared again', async () => {
    for (let n = 0; n < 100; n++) forge.api.issue('ann', `wish ${n}`, 'more', { pull_request: {} });
    forge.api.issue('mallory', 'no drift', `${DRIFT_MARK}\nall is well\n`);
    const found = () => forge.api.issues.filter(({ user }) => user.login === BOT);
    expect((await forge.schedule()).result).toBe('success');
    expect(found()).toEqual([]);

    await fleet.ip('hv01', 'link', 'set', 'dev', 'web0', 'mtu', '1300');
    expect((await forge.schedule()).result).toBe('success');
    expect(found()).toMatchObject([{ state: 'open', title: 'tapfleet: the fleet is not as declared' }]);
    expect(found()[0]?.body).toMatch(/^<!-- tapfleet:drift -->\n\n## .*1 host not as declared/);

    await fleet.ip('hv02', 'link', 'del', 'dev', 'db0');
    await forge.schedule();
    expect(found()).toMatchObject([
      { state: 'open', body: expect.stringContaining('2 hosts not as declared') },
    ]);

    const { plan, approve, apply } = await forge.byHand('tapfleet-apply.yml');
    expect([plan?.result, approve?.result, apply?.result]).toEqual(['success', 'success', 'success']);
    expect([await mtu('hv01', 'web0'), await links('hv02')]).toEqual([1400, expect.stringContaining('db0')]);

    expect((await forge.schedule()).result).toBe('success');
    expect(found()).toMatchObject([{ state: 'closed' }]);
    expect(ours(found()[0]?.number ?? 0)).toMatchObject([
      { body: expect.stringContaining('as declared again') },
    ]);
    expect((await forge.schedule()).log).toContain('no drift, no issue');
  });

  it('are not green about a fleet that they could not look at', async () => {
    await fleet.stop('hv02');
    const drift = await forge.schedule();
    expect([drift.result, failedAt(drift)]).toMatchObject(['failure', { name: 'Verdict', code: 4 }]);
    expect(forge.api.issues.at(-1)).toMatchObject({
      state: 'open',
      body: expect.stringContaining('1 unreachable'),
    });
    await forge.git.push('dark', site(tap('web0', { mtu: 1400 }), tap('db0'), tap('dark0')));
    const { plan } = await forge.pullRequest(3, 'dark');
    // Not a reason to stop everybody: the comment says it.
    expect([plan.result, ours(3)[0]?.body]).toEqual(['success', expect.stringContaining('1 unreachable')]);
    await fleet.start('hv02');
  });

  it('refuse the hosts of a plan that went stale, change the others, and end with 3', async () => {
    await forge.git.push('mtu', site(tap('web0', { mtu: 1390 }), tap('db0')));
    await forge.pullRequest(4, 'mtu');
    await fleet.ip('hv02', 'link', 'set', 'dev', 'web0', 'mtu', '1280');
    await forge.git.merge('mtu');
    const apply = await forge.afterMerge();
    expect([apply.result, failedAt(apply)]).toMatchObject(['failure', { name: 'Apply', code: 3 }]);
    expect([await mtu('hv01', 'web0'), await mtu('hv02', 'web0')]).toEqual([1390, 1280]);
    expect(apply.summary).toContain('stale-plan');
    expect(apply.log).toMatch(/^::error .*stale-plan/m);
    // What then: a plan of what is there now, approved.
    expect((await forge.byHand('tapfleet-apply.yml')).apply?.result).toBe('success');
    expect(await mtu('hv02', 'web0')).toBe(1390);
  });

  it('apply nothing that nobody has reviewed', async () => {
    await forge.git.push('main', site(tap('web0', { mtu: 1350 }), tap('db0')));
    const apply = await forge.afterMerge();
    expect(failedAt(apply)).toMatchObject({ name: 'Which plan was reviewed', code: 1 });
    expect(apply.log).toContain('nobody has reviewed a plan of what is here now');
    expect(await mtu('hv01', 'web0')).toBe(1390);
  });

  it('take no plan of another workflow, and none that says more than the commit', async () => {
    await forge.git.push('forged', site(tap('web0', { mtu: 1360 }), tap('db0')));
    await forge.pullRequest(5, 'forged');
    await forge.git.push('other', site(tap('web0', { mtu: 1299 }), tap('db0')));
    await forge.pullRequest(6, 'other');
    const [good, evil] = forge.api.artifacts.slice(-2);
    if (!good || !evil) throw new Error('no artifacts');
    const run = { id: forge.api.next(), path: '.github/workflows/mine.yml', event: 'push' };
    forge.api.runs.push(run);
    forge.api.artifacts.push({ ...evil, id: forge.api.next(), name: good.name, run: run.id });
    await forge.git.merge('forged');
    const apply = await forge.afterMerge();
    expect([apply.result, await mtu('hv01', 'web0')]).toEqual(['success', 1360]);

    // Even where somebody could make it look like one of ours.
    await forge.git.push('again', site(tap('web0', { mtu: 1370 }), tap('db0')));
    await forge.pullRequest(7, 'again');
    const { name = '' } = forge.api.artifacts.at(-1) ?? {};
    forge.api.artifacts.push({ ...evil, id: forge.api.next(), name });
    await forge.git.merge('again');
    const refused = await forge.afterMerge();
    expect(failedAt(refused)).toMatchObject({ name: 'Apply', code: 1 });
    expect(refused.log).toContain('is not what site.yml declares');
    expect(await mtu('hv01', 'web0')).toBe(1360);
  });

  it('say in the comment why there is no plan, and say it no more when there is', async () => {
    const broken = { 'site.yml': '- hosts: hypervisors\n  macvtaps:\n    - {name: web0, lowr: eno1}\n' };
    await forge.git.push('broken', broken);
    const { plan } = await forge.pullRequest(8, 'broken');
    expect(failedAt(plan)).toMatchObject({ name: 'Plan', code: 1 });
    expect(ours(8)).toMatchObject([
      { body: expect.stringContaining('    site.yml:3:20: error: unknown key') },
    ]);
    expect(ours(8)[0]?.body.startsWith(PLAN_MARK)).toBe(true);
    expect(plan.log).toMatch(
      /^::error file=site\.yml,line=3,col=20,title=tapfleet plan%3A playbook::unknown key/m,
    );
    await forge.git.push('broken', site(tap('web0', { mtu: 1370 }), tap('db0')));
    forge.api.server.failNext = 1;
    await forge.pullRequest(8, 'broken');
    expect(ours(8)).toMatchObject([{ body: expect.not.stringContaining('error') }]);
  });

  it('plan nothing where the forge has no merge of what was pushed', async () => {
    const { plan } = await forge.pullRequest(9, 'again', { head: '0'.repeat(40) });
    expect(failedAt(plan)).toMatchObject({ name: 'Which content is planned', code: 1 });
    expect(ours(9)).toEqual([]);
  });

  it('give a fork no secret, no host and no word, but check its files', async () => {
    await forge.git.push('fork', site(tap('web0', { mtu: 1234 })));
    const { plan, validate } = await forge.pullRequest(10, 'fork', { from: 'mallory/fleet' });
    expect([plan.result, validate.result]).toEqual(['skipped', 'success']);
    expect(validate.log).toContain('valid: 2 macvtaps on 2 hosts');
    expect(validate.steps.map(({ name }) => name)).not.toContain('Credentials');
    await forge.git.push('fork', { 'site.yml': '- hosts: nobody-here\n  macvtaps: 7\n' });
    const bad = await forge.pullRequest(10, 'fork', { from: 'mallory/fleet' });
    expect(failedAt(bad.validate)).toMatchObject({ name: 'Validate', code: 1 });
    expect(bad.validate.log).toMatch(
      /^::error file=site\.yml,line=2,.*title=tapfleet validate%3A playbook::/m,
    );
    expect(ours(10)).toEqual([]);
  });

  it('run nothing of a hostile pull request, and read nothing outside of it', async () => {
    const trace = join(fleet.folder, 'trace');
    const script = { text: `#!/bin/sh\ntouch ${trace}\necho '{}'\n`, mode: 0o755 };
    const workflow = await forge.git.file('main', '.github/workflows/tapfleet-plan.yml');
    const block = 'id: plan\n        run: |\n';
    expect(workflow).toContain(block);
    await forge.git.push('hostile', {
      // That of the default branch counts.
      '.github/workflows/tapfleet-plan.yml': workflow.replace(block, `${block}          touch ${trace}\n`),
      // Names that a program looked for here would be found by.
      ...Object.fromEntries(['tapfleet', 'node', 'sh', 'git'].map((name) => [name, script])),
      // The reports must not be written through these.
      'plan.json': 'mine',
      'group_vars/all.yml': 'ansible_ssh_common_args: -o StrictHostKeyChecking=no\n',
    });
    const { plan } = await forge.pullRequest(11, 'hostile');
    expect([plan.result, ours(11)[0]?.body]).toEqual(['success', expect.stringContaining('changes 2 hosts')]);

    const refusals: [string, Files, RegExp][] = [
      ['commands', { 'inventory/dynamic.sh': script }, /inventory\/dynamic\.sh.* (script|program)/],
      [
        'proxy',
        { 'group_vars/all.yml': `ansible_ssh_common_args: -o ProxyCommand="touch ${trace}"\n` },
        /ProxyCommand/,
      ],
      [
        'secret',
        { 'group_vars/all.yml': 'ansible_ssh_common_args: -F ../temp/credentials/vault\n' },
        /not shown/,
      ],
    ];
    for (const [n, [branch, files, words]] of refusals.entries()) {
      await forge.git.push(branch, files);
      const refused = await forge.pullRequest(20 + n, branch);
      expect(failedAt(refused.plan)).toMatchObject({ name: 'Plan', code: 1 });
      expect(ours(20 + n)).toMatchObject([{ body: expect.stringMatching(words) }]);
    }
    expect(existsSync(trace)).toBe(false);

    await forge.git.pushLink('links', 'group_vars/all.yml', '../../temp/credentials/vault');
    const linked = await forge.pullRequest(12, 'links');
    expect(failedAt(linked.plan)).toMatchObject({ name: 'Plan', code: 1 });
    expect(ours(12)[0]?.body).toContain('a symbolic link leads out of the repository; nothing was read');
  });

  it('finish the hosts at work when an apply is cancelled, and end with 130', async () => {
    const cancelled = await forge.cancelledApply(13, fleet, site(tap('web0', { mtu: 1380 }), tap('db0')));
    expect(failedAt(cancelled)).toMatchObject({ name: 'Apply', code: 130 });
    expect(cancelled.steps.at(-1)).toMatchObject({ name: 'Keep the record', outcome: 'success' });
    for (const host of fleet.names) {
      await fleet.idle(host);
      expect([1360, 1380]).toContain(await mtu(host, 'web0'));
    }
  });

  it('tell no secret, to nobody', () => {
    expect(forge.told).toContain('tapfleet plan');
    for (const secret of [VAULT_PASSWORD, 'PRIVATE KEY', ...forge.api.tokens])
      expect(forge.told).not.toContain(secret);
  });
});
