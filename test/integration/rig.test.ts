/** Does the fleet of test hosts stand up, answer over SSH, tell its hosts apart, and go away without a trace? */
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runProcess } from '../support/cli.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';

describeWith([...FLEET_NEEDS, 'ssh'], 'a fleet of namespaces with sshd', () => {
  it('lets a plain ssh client in, each host with links and indexes of its own, and leaves nothing behind', async () => {
    const fleet = await SshdFleet.start({ hosts: 3 });
    const first = new Map<string, number>();
    const pids: number[] = [];
    let leftover = '';
    try {
      for (const name of fleet.names) {
        const { address, port, sshd } = fleet.host(name);
        const options = [`UserKnownHostsFile=${fleet.knownHosts}`, 'BatchMode=yes', 'IdentitiesOnly=yes'];
        const args = [...options.flatMap((one) => ['-o', one]), '-i', fleet.identity, '-p', String(port)];
        const argv = [
          ...args,
          `root@${address}`,
          'cat /sys/class/net/eno1/ifindex; echo $SHELL; echo "$PATH"',
        ];
        const answer = await runProcess(['ip', 'netns', 'exec', fleet.controller, 'ssh', ...argv]);
        expect(answer).toMatchObject({ code: 0 });
        const [index, shell, path] = answer.stdout.split('\n');
        first.set(name, Number(index));
        expect([shell, path]).toEqual(['/bin/bash', `${sshd.bin}:/usr/bin:/bin`]);
        if (sshd.pid) pids.push(sshd.pid);
      }
      const [a = 0, b = 0, c = 0] = first.values();
      expect([b - a, c - b].every((distance) => distance >= 64)).toBe(true);
      // What a transaction leaves whose `rm` was ended in its middle.
      leftover = `/run/tapfleet-${statSync(`/run/netns/${fleet.host('hv01').netns}`).ino}.gone.1`;
      mkdirSync(leftover);
    } finally {
      await fleet.close();
    }
    expect(pids.map((pid) => existsSync(`/proc/${pid}`))).toEqual([false, false, false]);
    expect([leftover, fleet.folder].map((path) => existsSync(path))).toEqual([false, false]);
    const id = fleet.controller.slice(0, -'-ctl'.length);
    expect(
      [...readdirSync('/run/netns'), ...readdirSync('/dev')].filter((one) => one.startsWith(id)),
    ).toEqual([]);
  });
});
