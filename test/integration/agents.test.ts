/** Does a real ssh-agent sign for what it holds, whether it is named or not, and is nobody asked for what it can do? */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { atTerminal } from '../support/at-terminal.ts';
import { runProcess } from '../support/cli.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { startAgent, type TestAgent } from '../support/ssh-agent.ts';
import { makeKey, must } from '../support/sshd-commands.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';
import { type Reported, report } from '../support/sshd-report.ts';

const HOST = 'hv01';

describeWith([...FLEET_NEEDS, 'ssh-agent', 'ssh-add', 'script'], 'keys in an agent', () => {
  let fleet: SshdFleet;
  let agent: TestAgent;
  let playbook: string;
  /** The key that the host lets in, under another name, locked with a passphrase. */
  let locked: string;
  let mark = 0;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 1 });
    playbook = fleet.playbook({ macvtaps: [{ name: 'a0', lower: 'eno1' }] });
    locked = join(fleet.folder, 'locked');
    copyFileSync(fleet.identity, locked);
    must(await runProcess(['ssh-keygen', '-q', '-p', '-P', '', '-N', 'geheim', '-f', locked]), 'ssh-keygen');
    for (const name of strangers(7)) await makeKey(name);
  });
  beforeEach(async () => {
    agent = await startAgent(join(fleet.folder, 'agent'));
    mark = fleet.host(HOST).sshd.log.length;
  });
  afterEach(() => agent?.close());
  afterAll(() => fleet?.close());

  const strangers = (count: number) =>
    Array.from({ length: count }, (_, n) => join(fleet.folder, `stranger${n}`));
  /** How many keys the host was shown. */
  const shown = () =>
    [
      ...fleet
        .host(HOST)
        .sshd.log.slice(mark)
        .matchAll(/^(?:Failed|Accepted) publickey for root /gm),
    ].length;

  const plan = (keyFile: string | undefined, args = '', socket = agent.socket): Promise<Reported> => {
    const inventory = fleet.inventory({
      ansible_ssh_private_key_file: keyFile,
      ansible_ssh_common_args: `-o UserKnownHostsFile=${fleet.knownHosts} ${args}`,
    });
    return report(fleet, 'plan', playbook, [], { inventory, env: { SSH_AUTH_SOCK: socket } });
  };

  it('one key, and no file', async () => {
    await agent.add(fleet.identity);
    expect((await plan(undefined)).statuses).toEqual(['changes']);
  });

  it('several keys, one after the other', async () => {
    await agent.add(...strangers(3), fleet.identity);
    expect((await plan(undefined)).statuses).toEqual(['changes']);
    expect(shown()).toBe(4);
  });

  it.each([
    ['the locked file', ''],
    ['the locked file, with IdentitiesOnly', '-o IdentitiesOnly=yes'],
  ])('%s is named: the agent signs first with that one', async (_title, args) => {
    await agent.add(...strangers(7), fleet.identity);
    expect((await plan(locked, args)).statuses).toEqual(['changes']);
    expect(shown()).toBe(1);
  });

  it('the public half is named', async () => {
    const half = join(fleet.folder, 'half.pub');
    copyFileSync(`${fleet.identity}.pub`, half);
    await agent.add(...strangers(7), fleet.identity);
    expect((await plan(half, '-o IdentitiesOnly=yes')).statuses).toEqual(['changes']);
    expect((await plan(half.slice(0, -'.pub'.length), '-o IdentitiesOnly=yes')).statuses).toEqual([
      'changes',
    ]);
    expect(shown()).toBe(2);
  });

  it('a key of a file is not shown twice, and others of the agent not at all with IdentitiesOnly', async () => {
    const [stranger = ''] = strangers(1);
    await agent.add(stranger, fleet.identity);
    expect((await plan(stranger)).statuses).toEqual(['changes']);
    expect(shown()).toBe(2);
    const refused = await plan(stranger, '-o IdentitiesOnly=yes');
    expect(refused.row(HOST).error?.kind).toBe('authentication');
    expect(refused.row(HOST).error?.message).toContain('(tried 1 key file)');
  });

  it('asks at the terminal for the passphrase of a locked key that the agent has not, and shows nothing of it', async () => {
    const inventory = fleet.inventory({ ansible_ssh_private_key_file: locked });
    const { code, seen } = await atTerminal(['plan', playbook, '-i', inventory], {
      answers: [
        [locked, 'wrong'],
        [locked, 'geheim'],
      ],
      netns: fleet.controller,
      home: fleet.folder,
    });
    expect([code, shown()]).toEqual([0, 1]);
    expect(seen).not.toMatch(/geheim|wrong/);
  });

  it('says of certificates that they are not supported, in files and in an agent', async () => {
    const [ca = '', key = ''] = strangers(2);
    must(
      await runProcess(['ssh-keygen', '-q', '-s', ca, '-I', 'me', '-n', 'root', `${key}.pub`]),
      'ssh-keygen',
    );
    const beside = `the certificate ${key}-cert.pub was not shown: certificates are not supported`;
    const message = async (file?: string) => (await plan(file)).row(HOST).error?.message;
    expect(await message(key)).toContain(`(tried 1 key file); ${beside}`);
    expect(await message(`${key}-cert.pub`)).toContain(
      `${key}-cert.pub is a certificate, which is not supported: name a plain key`,
    );
    // With the key, ssh-add takes the certificate beside it.
    await agent.add(key);
    expect(await message()).toContain(
      '(tried 1 key of the agent); the agent holds a certificate, which is not supported',
    );
    rmSync(`${key}-cert.pub`);
  });

  it('says what to do where the agent has not the key that is named', async () => {
    await agent.add(...strangers(2));
    const refused = await plan(locked);
    expect(refused.row(HOST).error).toEqual({
      kind: 'authentication',
      message: expect.stringContaining(
        `(tried 2 keys of the agent); the key ${locked} has a passphrase: add it to ssh-agent`,
      ),
    });
  });

  it('a server that has heard enough keys says so, and what helps', async () => {
    await agent.add(...strangers(7), fleet.identity);
    const refused = await plan(undefined);
    expect(refused.row(HOST).error).toEqual({
      kind: 'authentication',
      message: expect.stringMatching(/8 keys of the agent.*Too many authentication failures.*IdentitiesOnly/),
    });
  });

  it('an agent that is not there keeps no file from being tried, and is named where that fails', async () => {
    const gone = join(fleet.folder, 'gone');
    expect((await plan(fleet.identity, '', gone)).statuses).toEqual(['changes']);
    const refused = await plan(strangers(1)[0], '', gone);
    expect(refused.row(HOST).error).toEqual({
      kind: 'authentication',
      message: expect.stringContaining(`; the agent at ${gone} cannot be asked`),
    });
  });

  it('an agent that is not allowed to sign keeps no file from being tried', async () => {
    const file = join(fleet.folder, 'second');
    await makeKey(file);
    const { folder } = fleet.host(HOST);
    const authorized = join(folder, 'authorized_keys');
    writeFileSync(
      authorized,
      readFileSync(`${file}.pub`, 'utf8') + readFileSync(`${fleet.identity}.pub`, 'utf8'),
    );
    // Each use is to be allowed by a person, who here always says no.
    await agent.add('-c', file);
    expect((await plan(undefined, `-i ${file}.pub -i ${fleet.identity}`)).statuses).toEqual(['changes']);
  });
});
