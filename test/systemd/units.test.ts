/** Do the shipped units run as they are under a booted systemd, within what they may do? The host they look at is itself. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';

const LEADER = process.env.TAPFLEET_SYSTEMD_LEADER ?? '';

/** A command line inside the container, with nothing of our surroundings. */
function run(line: string): { readonly code: number | null; readonly text: string } {
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' };
  const argv = ['--target', LEADER, '--all', '/bin/sh', '-c', `exec 2>&1; ${line}`];
  const { stdout, status } = spawnSync('/usr/bin/nsenter', argv, { encoding: 'utf8', env });
  return { code: status, text: stdout };
}

function must(line: string): string {
  const { code, text } = run(line);
  if (code !== 0) throw new Error(`${line} ended with ${code}: ${text}`);
  return text;
}

const figures = () => must('cat /var/lib/prometheus/node-exporter/tapfleet.prom');
const journal = (unit: string) => must(`journalctl --no-pager -o cat -u ${unit}`);
const UNITS = '/opt/tapfleet/pipelines/systemd';

/** As docs/pipelines.md has it. */
beforeAll(() => {
  must('ip link set lo up');
  must('ip link add eno9 type veth peer name sw9; ip link set eno9 up; ip link set sw9 up');
  must('ln -sf /opt/tapfleet/dist/main.js /usr/bin/tapfleet');
  must('getent group prometheus || groupadd -r prometheus');
  must('mkdir -p /etc/tapfleet /srv/fleet /run/sshd; install -d -m 700 /root/.ssh');
  must('rm -f /etc/tapfleet/key*; ssh-keygen -q -t ed25519 -N "" -f /etc/tapfleet/key');
  must('cp /etc/tapfleet/key.pub /root/.ssh/authorized_keys; systemctl start ssh');
  must('ssh-keyscan 127.0.0.1 2>/dev/null > /etc/tapfleet/known_hosts');
  must('echo "all: {hosts: {hv01: {ansible_host: 127.0.0.1, ansible_user: root}}}" > /srv/fleet/inventory');
  must('echo "[{hosts: all, macvtaps: [{name: web9, lower: eno9, mtu: 1400}]}]" > /srv/fleet/site.yml');
  must('install -d -g prometheus -m 775 /var/lib/prometheus/node-exporter');
  must(`cp ${UNITS}/* /etc/systemd/system/; systemctl daemon-reload`);
}, 60_000);
afterAll(() => {
  run('systemctl disable --now tapfleet-drift.timer tapfleet-watch.service; systemctl stop ssh');
  run('ip link del web9; ip link del eno9; rm -rf /etc/tapfleet /srv/fleet /var/lib/prometheus');
  run('cd /etc/systemd/system && rm -f tapfleet-drift.service tapfleet-drift.timer tapfleet-watch.service');
});

test('tapfleet-drift.service writes its figures, as a user of its own, and drift is no failure of it', () => {
  must('systemctl start tapfleet-drift.service');
  expect(figures()).toMatch(/^tapfleet_hosts\{command="drift",status="changes"\} 1$/m);
  const [mode, owner] = must('stat -c "%a %u" /var/lib/prometheus/node-exporter/tapfleet.prom')
    .trim()
    .split(' ');
  expect(mode).toBe('644');
  // systemd's range for users that are made for a service.
  expect(Number(owner)).toBeGreaterThanOrEqual(61184);
  expect(journal('tapfleet-drift')).toContain('web9 is missing on the host (pending)');
});

test('it fails where there is nothing to say', () => {
  must('mv /srv/fleet/site.yml /srv/fleet/away');
  expect(run('systemctl start tapfleet-drift.service').code).not.toBe(0);
  expect(must('systemctl show -p ExecMainStatus tapfleet-drift')).toBe('ExecMainStatus=1\n');
  must('mv /srv/fleet/away /srv/fleet/site.yml; systemctl reset-failed');
});

test('the timer starts it', () => {
  must('systemctl enable --now tapfleet-drift.timer');
  expect(must('systemctl list-timers --all --no-pager')).toContain('tapfleet-drift.service');
});

test('tapfleet-watch.service tells of a change, is loaded again, and is stopped without a failure', () => {
  must('systemctl enable --now tapfleet-watch.service');
  const untilSaid = (words: string) =>
    must(`timeout 30 sh -c 'journalctl -f -n all -o cat -u tapfleet-watch | grep -m 1 -e "${words}"'`);
  untilSaid('web9 is missing');
  must(
    'cd /srv/fleet; tapfleet apply site.yml -i inventory -y --no-record --private-key /etc/tapfleet/key ' +
      '--ssh-common-args "-o UserKnownHostsFile=/etc/tapfleet/known_hosts"',
  );
  untilSaid('hv01 in-sync');
  must('ip link set web9 mtu 1300');
  untilSaid('mtu 1300, not 1400');
  must('systemctl reload tapfleet-watch');
  untilSaid('files loaded again');
  must('systemctl stop tapfleet-watch');
  expect(must('systemctl show -p Result -p ExecMainStatus tapfleet-watch')).toBe(
    'Result=success\nExecMainStatus=0\n',
  );
});
