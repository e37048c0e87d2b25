/** The units as they are shipped: what systemd makes of them, and what their command lines do against real hosts. */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CliResult, PROGRAM, runProcess } from '../support/cli.ts';
import { httpGet } from '../support/http-get.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { addressesOf, site, tap } from '../support/pipelines/fleet-files.ts';
import { commandLine, parseUnit } from '../support/pipelines/unit-file.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';

const UNITS = fileURLToPath(new URL('../../pipelines/systemd', import.meta.url));
const COLLECTOR = '/var/lib/prometheus/node-exporter';
const unit = (name: string) => parseUnit(readFileSync(join(UNITS, name), 'utf8'));

describeWith(['systemd-analyze'], 'the systemd units', () => {
  const verify = (...files: string[]) => runProcess(['systemd-analyze', 'verify', '--man=no', ...files]);

  it('are what systemd takes without a word', async () => {
    const files = readdirSync(UNITS).map((name) => join(UNITS, name));
    expect(files).toHaveLength(3);
    const { code, stdout, stderr } = await verify(...files);
    expect([code, stdout, stderr]).toEqual([0, '', '']);
  });

  it.each(['tapfleet-drift.service', 'tapfleet-watch.service'])('%s may do little', async (name) => {
    const argv = [
      'systemd-analyze',
      'security',
      '--offline=true',
      '--no-pager',
      '--threshold=40',
      join(UNITS, name),
    ];
    const { code, stdout } = await runProcess(argv);
    expect([code, stdout]).toEqual([0, expect.stringContaining('OK')]);
    // What it compiles while it runs is where JavaScript runs.
    expect(unit(name).has('MemoryDenyWriteExecute')).toBe(false);
  });

  it('the timer is that of the service, and waits for the last run', () => {
    const timer = unit('tapfleet-drift.timer');
    expect([timer.get('OnUnitInactiveSec'), timer.has('OnCalendar')]).toEqual([['10min'], false]);
    expect(unit('tapfleet-drift.service').get('Type')).toEqual(['oneshot']);
  });
});

describeWith(FLEET_NEEDS, 'the command lines of the systemd units', () => {
  let fleet: SshdFleet;
  let home: string;
  let env: Record<string, string>;
  const place = (name: string) => join(fleet.folder, name);

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 2 });
    home = place('srv');
    for (const folder of [home, place('collector'), place('credentials'), place('bin')]) mkdirSync(folder);
    writeFileSync(join(home, 'inventory'), addressesOf(fleet));
    writeFileSync(join(home, 'site.yml'), site(tap('web0'))['site.yml']);
    writeFileSync(place('credentials/key'), readFileSync(fleet.identity), { mode: 0o400 });
    writeFileSync(place('credentials/known_hosts'), readFileSync(fleet.knownHosts), { mode: 0o400 });
    const program = `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`;
    writeFileSync(place('bin/tapfleet'), program, { mode: 0o755 });
    // A service has no more of its surroundings.
    env = { PATH: `${place('bin')}:/usr/bin:/bin`, CREDENTIALS_DIRECTORY: place('credentials') };
  });
  afterAll(() => fleet?.close());

  const argvOf = (name: string, key = 'ExecStart') => {
    const [line = '', ...more] = unit(name).get(key) ?? [];
    expect(more).toEqual([]);
    return commandLine(line, env).map((word) => word.replace(COLLECTOR, place('collector')));
  };
  /** With the unit's own umask. */
  const run = (argv: readonly string[], umask = '0077'): Promise<CliResult> => {
    const inside = ['ip', 'netns', 'exec', fleet.controller, 'sh', '-c', `umask ${umask}; exec "$@"`, 'sh'];
    return runProcess([...inside, ...argv], { cwd: home, env });
  };
  const drift = async () => {
    const service = unit('tapfleet-drift.service');
    const { code, stderr } = await run(argvOf('tapfleet-drift.service'), service.get('UMask')?.[0]);
    const fine = ['0', ...(service.get('SuccessExitStatus')?.[0] ?? '').split(' ')].includes(String(code));
    return { code, fine, stderr };
  };

  const settle = async () => {
    const argv = ['apply', join(home, 'site.yml'), '-y', '-i', fleet.inventory(), '--no-record'];
    expect((await fleet.tapfleet(argv)).code).toBe(0);
  };

  it('tapfleet-drift.service writes figures that node_exporter can read, and replaces them as a whole', async () => {
    const file = place('collector/tapfleet.prom');
    expect(await drift()).toMatchObject({ code: 2, fine: true });
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(readFileSync(file, 'utf8')).toMatch(/^tapfleet_hosts\{command="drift",status="changes"\} 2$/m);
    const before = readFileSync(file, 'utf8');
    const open = openSync(file, 'r');
    await settle();
    expect(await drift()).toMatchObject({ code: 0, fine: true });
    // Whoever was reading goes on reading the old ones.
    expect([fstatSync(open).ino === statSync(file).ino, readFileSync(open, 'utf8')]).toEqual([false, before]);
    closeSync(open);
    expect(readFileSync(file, 'utf8')).toMatch(/^tapfleet_hosts\{command="drift",status="in-sync"\} 2$/m);
    expect(readdirSync(place('collector'))).toEqual(['tapfleet.prom']);
  });

  it('it succeeds where the figures say what is wrong, and fails where there are none', async () => {
    await fleet.stop('hv02');
    expect(await drift()).toMatchObject({ code: 4, fine: true });
    const figures = readFileSync(place('collector/tapfleet.prom'), 'utf8');
    expect(figures).toMatch(/^tapfleet_hosts\{command="drift",status="unreachable"\} 1$/m);
    await fleet.start('hv02');
    writeFileSync(join(home, 'site.yml'), 'no: playbook\n');
    expect(await drift()).toMatchObject({ code: 1, fine: false });
    expect(readFileSync(place('collector/tapfleet.prom'), 'utf8')).toBe(figures);
    writeFileSync(join(home, 'site.yml'), site(tap('web0'))['site.yml']);
  });

  it('tapfleet-watch.service serves its figures, is loaded again, and ends when it is asked', async () => {
    await settle();
    let said = '';
    let pid = 0;
    let heard = () => {};
    const inside = ['ip', 'netns', 'exec', fleet.controller];
    const ended = runProcess([...inside, ...argvOf('tapfleet-watch.service')], {
      cwd: home,
      env,
      started: (child) => {
        pid = child.pid ?? 0;
        for (const stream of [child.stdout, child.stderr]) {
          stream?.on('data', (piece: Buffer) => {
            said += piece.toString();
            heard();
          });
        }
      },
    });
    const until = (words: RegExp) =>
      new Promise<void>((resolve, reject) => {
        heard = () => words.test(said) && resolve();
        heard();
        ended.then((end) => reject(new Error(`it ended: ${JSON.stringify(end)}`)), reject);
      });
    await until(/hv01 in-sync[\s\S]*hv02 in-sync|hv02 in-sync[\s\S]*hv01 in-sync/);
    expect((await httpGet(fleet.controller, 9719, '/healthz')).status).toBe(200);
    expect((await httpGet(fleet.controller, 9719, '/metrics')).text).toMatch(
      /^tapfleet_watch_hosts\{status="in-sync"\} 2$/m,
    );
    const [, signal = '', ...rest] = commandLine(
      unit('tapfleet-watch.service').get('ExecReload')?.[0] ?? '',
      {},
    );
    expect([signal, rest]).toEqual(['-HUP', ['$MAINPID']]);
    process.kill(pid, 'SIGHUP');
    await until(/files loaded again/);
    process.kill(pid, 'SIGTERM');
    expect((await ended).code).toBe(0);
  });
});
