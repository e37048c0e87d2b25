/**
 * The GitLab file as it is shipped, from a push to the applied state on real hosts: every line of every script is run as it
 * stands, beside a forge that knows no other call than those that they need.
 */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { addressesOf, site, tap } from '../support/pipelines/fleet-files.ts';
import { BOT_ID, TOKEN } from '../support/pipelines/gitlab-api.ts';
import { GitlabForge, type Pipeline } from '../support/pipelines/gitlab-forge.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';

const PLAN_MARK = '<!-- tapfleet:plan -->';

// Each is several jobs of several programs.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

describeWith([...FLEET_NEEDS, 'git', 'npm', 'bash'], 'the GitLab pipelines', () => {
  let fleet: SshdFleet;
  let forge: GitlabForge;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 2 });
    forge = await GitlabForge.start(fleet, { 'inventory/hosts.json': addressesOf(fleet), ...site() });
  });
  afterEach(() => expect(forge.api.server.wrong).toEqual([]));
  afterAll(async () => {
    await forge?.close();
    await fleet?.close();
  });

  const mtu = async (host: string, name: string) =>
    JSON.parse(await fleet.ip(host, '-j', 'link', 'show', 'dev', name))[0].mtu;
  const ours = (on: string) => forge.api.notes.filter((one) => one.on === on && one.author.id === BOT_ID);
  const statuses = (pipeline: Pipeline) => [...pipeline].map(([name, { status }]) => `${name} ${status}`);

  it('plan a merge request in a note, behind many others, and update it at the next push', async () => {
    for (let n = 0; n < 110; n++) forge.api.note('merge_requests/1', 5, `remark ${n}`);
    forge.api.note('merge_requests/1', 5, `${PLAN_MARK}\n## tapfleet plan: nothing to do\n`);
    forge.api.note('merge_requests/1', BOT_ID, `${PLAN_MARK} added 1 commit`, true);
    const before = ours('merge_requests/1').length;
    await forge.git.push('web0', site(tap('web0')));
    expect(statuses(await forge.mergeRequest(1, 'web0'))).toEqual(['tapfleet:plan success']);
    const [note] = ours('merge_requests/1').slice(before);
    expect(note?.body).toMatch(/^<!-- tapfleet:plan -->\n\n## .*changes 2 hosts, cuts off nobody\n/);
    await forge.git.push('web0', site(tap('web0', { mtu: 1400 })));
    await forge.mergeRequest(1, 'web0');
    expect(ours('merge_requests/1').slice(before)).toEqual([
      { ...note, body: expect.stringContaining('mtu           1400') },
    ]);
    expect(await fleet.ip('hv01', '-br', 'link', 'show', 'type', 'macvtap')).toBe('');
  });

  it('apply the plan that was reviewed when it is merged', async () => {
    const merged = await forge.merge(1, 'web0');
    expect(statuses(merged)).toEqual(['tapfleet:apply success']);
    expect([await mtu('hv01', 'web0'), await mtu('hv02', 'web0')]).toEqual([1400, 1400]);
    const job = forge.api.jobs.at(-1);
    expect([...(job?.files.keys() ?? [])].join(' ')).toMatch(/tapfleet-applied\/record\/.*\.jsonl/);
  });

  it('keep one issue about drift, and plan, have approved and apply by hand what repairs it', async () => {
    expect(statuses(await forge.onMain('schedule'))).toEqual(['tapfleet:drift success']);
    await fleet.ip('hv01', 'link', 'set', 'dev', 'web0', 'mtu', '1300');
    expect(statuses(await forge.onMain('schedule'))).toEqual(['tapfleet:drift warning']);
    await fleet.ip('hv02', 'link', 'set', 'dev', 'web0', 'mtu', '1300');
    await forge.onMain('schedule');
    expect(forge.api.issues).toMatchObject([
      { state: 'opened', description: expect.stringContaining('2 hosts not as declared') },
    ]);
    const byHand = await forge.onMain('web');
    expect(statuses(byHand)).toEqual([
      'tapfleet:plan success',
      'tapfleet:approve success',
      'tapfleet:apply success',
    ]);
    expect(await mtu('hv01', 'web0')).toBe(1400);
    await forge.onMain('schedule');
    expect(forge.api.issues).toMatchObject([{ state: 'closed' }]);
    const [issue] = forge.api.issues;
    expect(ours(`issues/${issue?.iid}`)).toMatchObject([
      { body: expect.stringContaining('as declared again') },
    ]);
  });

  it('refuse the hosts of a plan that went stale, and end with 3', async () => {
    await forge.git.push('mtu', site(tap('web0', { mtu: 1390 })));
    await forge.mergeRequest(2, 'mtu');
    await fleet.ip('hv02', 'link', 'set', 'dev', 'web0', 'mtu', '1280');
    const apply = (await forge.merge(2, 'mtu')).get('tapfleet:apply');
    expect(apply).toMatchObject({ code: 3, status: 'failed', log: expect.stringContaining('stale-plan') });
    expect([await mtu('hv01', 'web0'), await mtu('hv02', 'web0')]).toEqual([1390, 1280]);
  });

  it('apply nothing that nobody has reviewed, and nothing that the commit does not declare', async () => {
    await forge.git.push('main', site(tap('web0', { mtu: 1350 })));
    const direct = (await forge.onMain('push')).get('tapfleet:apply');
    expect(direct).toMatchObject({ code: 1, log: expect.stringContaining('nobody has reviewed a plan') });

    await forge.git.push('good', site(tap('web0', { mtu: 1351 })));
    await forge.mergeRequest(3, 'good');
    await forge.git.push('evil', site(tap('web0', { mtu: 1299 })));
    await forge.mergeRequest(4, 'evil');
    // Who may push a branch may make its pipeline say anything.
    const [good, evil] = forge.api.jobs.slice(-2);
    if (!good || !evil) throw new Error('no jobs');
    forge.api.jobs.splice(forge.api.jobs.indexOf(good), 1, { ...good, files: evil.files });
    const forged = (await forge.merge(3, 'good')).get('tapfleet:apply');
    expect(forged).toMatchObject({ code: 1, log: expect.stringContaining('is not what site.yml declares') });
    expect(await mtu('hv01', 'web0')).toBe(1390);
  });

  it('say why there is no plan, and are yellow where a host is out of reach', async () => {
    await forge.git.push('broken', { 'site.yml': '- hosts: hypervisors\n  macvtaps: 7\n' });
    expect(statuses(await forge.mergeRequest(5, 'broken'))).toEqual(['tapfleet:plan failed']);
    expect(ours('merge_requests/5')).toMatchObject([
      { body: expect.stringMatching(/^ {4}site\.yml:2:\d+: error/m) },
    ]);
    await forge.git.push('broken', site(tap('web0', { mtu: 1360 })));
    await fleet.stop('hv02');
    expect(statuses(await forge.mergeRequest(5, 'broken'))).toEqual(['tapfleet:plan warning']);
    expect(ours('merge_requests/5')).toMatchObject([{ body: expect.stringContaining('1 unreachable') }]);
    expect((await forge.onMain('schedule')).get('tapfleet:drift')).toMatchObject({
      code: 4,
      status: 'failed',
    });
    await fleet.start('hv02');
  });

  it('check the files of a fork in the fork, without a secret', async () => {
    await forge.git.push('fork', site(tap('web0', { mtu: 1234 })));
    const pipeline = await forge.mergeRequest(6, 'fork', 99);
    expect(statuses(pipeline)).toEqual(['tapfleet:validate success']);
    expect(pipeline.get('tapfleet:validate')?.log).toContain('valid: 2 macvtaps on 2 hosts');
    expect(ours('merge_requests/6')).toEqual([]);
  });

  it('read nothing through a link that leads out', async () => {
    await forge.git.pushLink('links', 'group_vars/all.yml', '/etc/hostname');
    const pipeline = await forge.mergeRequest(7, 'links');
    expect(pipeline.get('tapfleet:plan')).toMatchObject({
      code: 1,
      log: expect.stringContaining('leads out'),
    });
  });

  it('tell no secret, to nobody', () => {
    expect(forge.told).toContain('tapfleet plan');
    for (const secret of [TOKEN, 'PRIVATE KEY']) expect(forge.told).not.toContain(secret);
  });
});
