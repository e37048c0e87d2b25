/** Does a login ask a real sshd no more than it must? Counted in what sshd says of itself. */
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { startAgent } from '../support/ssh-agent.ts';
import { makeKey } from '../support/sshd-commands.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { type Reported, report } from '../support/sshd-report.ts';

const HOST = 'hv01';

describeWith([...FLEET_NEEDS, 'ssh-agent', 'ssh-add'], 'the words of a login', () => {
  let fleet: SshdFleet;
  let playbook: string;
  let rsa: string;
  let mark = 0;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 1 });
    playbook = fleet.playbook({ macvtaps: [{ name: 'a0', lower: 'eno1' }] });
    rsa = join(fleet.folder, 'rsa');
    await makeKey(rsa, 'rsa');
    await makeKey(join(fleet.folder, 'stranger'));
    await fleet.stop(HOST);
    const keys = ['AuthorizedKeysFile', `${fleet.identity}.pub`, `${rsa}.pub`].join(' ');
    await fleet.start(HOST, { config: ['LogLevel DEBUG1', keys] });
  });
  beforeEach(() => {
    mark = fleet.host(HOST).sshd.log.length;
  });
  afterAll(() => fleet?.close());

  const said = () => fleet.host(HOST).sshd.log.slice(mark);
  const count = (what: RegExp) => said().match(what)?.length ?? 0;
  const logins = () => count(/userauth-request for user root service ssh-connection method/g);

  const plan = async (keyFile: string | undefined, env: Readonly<Record<string, string>> = {}) => {
    const inventory = fleet.inventory({
      ansible_ssh_private_key_file: keyFile,
      ansible_ssh_common_args: `-o UserKnownHostsFile=${fleet.knownHosts}`,
    });
    const planned: Reported = await report(fleet, 'plan', playbook, [], { inventory, env });
    await fleet.host(HOST).sshd.waitForLog(/Disconnected from user root/, mark);
    return planned.statuses;
  };

  it('a key of ours signs at once, and no other host key is asked for', async () => {
    expect(await plan(fleet.identity)).toEqual(['changes']);
    expect([logins(), count(/method publickey/g)]).toEqual([1, 1]);
    expect(said()).not.toContain('hostkeys-prove');
  });

  it('RSA waits for what the server says of it, and signs at once too', async () => {
    expect(await plan(rsa)).toEqual(['changes']);
    expect(logins()).toBe(1);
    expect(said()).toMatch(/Accepted publickey for root .* RSA /);
  });

  it('keys of an agent are offered before they sign: it may have to ask a person', async () => {
    const agent = await startAgent(join(fleet.folder, 'agent'));
    try {
      await agent.add(join(fleet.folder, 'stranger'), fleet.identity);
      expect(await plan(undefined, { SSH_AUTH_SOCK: agent.socket })).toEqual(['changes']);
      // The stranger is offered; the other is offered and signs.
      expect(logins()).toBe(3);
    } finally {
      await agent.close();
    }
  });
});
