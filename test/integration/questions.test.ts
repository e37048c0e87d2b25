/** Does a question stay on the screen until it is answered, and what do Ctrl-C and Ctrl-D at it mean? */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { atTerminal } from '../support/at-terminal.ts';
import { runProcess } from '../support/cli.ts';
import { describeWith, FLEET_NEEDS } from '../support/needs.ts';
import { must } from '../support/sshd-commands.ts';
import { SshdFleet } from '../support/sshd-fleet.ts';

const QUESTION = 'Only "yes" is accepted: ';
const CTRL_C = '\x03';
const CTRL_D = '\x04';
/** The live line is drawn four times a second. */
const THINKS_MS = 700;

describeWith([...FLEET_NEEDS, 'script'], 'a question', () => {
  let fleet: SshdFleet;
  let playbook: string;
  let locked: string;

  beforeAll(async () => {
    fleet = await SshdFleet.start({ hosts: 2 });
    playbook = fleet.playbook({ macvtaps: [{ name: 'a0', lower: 'eno1', mode: 'bridge' }] });
    locked = join(fleet.folder, 'locked');
    copyFileSync(fleet.identity, locked);
    must(await runProcess(['ssh-keygen', '-q', '-p', '-P', '', '-N', 'geheim', '-f', locked]), 'ssh-keygen');
  });
  beforeEach(() => fleet.reset());
  afterAll(() => fleet?.close());

  const asked = (question: string, line: string, args: readonly string[], inventory = fleet.inventory()) =>
    atTerminal(['apply', playbook, '-i', inventory, '--no-record', ...args], {
      answers: [[question, line]],
      netns: fleet.controller,
      home: fleet.folder,
      thinksMs: THINKS_MS,
    });
  const isThere = async (name: string) => (await fleet.snapshot(name)).includes(' a0@');

  it('is alone on the screen while somebody thinks about it', async () => {
    const { code, seen } = await asked(QUESTION, 'yes', []);
    const [, after = ''] = seen.split(QUESTION);
    // Neither the line that says how far the run is, nor the cursor at the begin of the line, to wipe it.
    expect(after.slice(0, after.indexOf('yes'))).not.toMatch(/reading|\[1G/);
    expect([code, await isThere('hv01')]).toEqual([0, true]);
  });

  it.each([
    ['Ctrl-C interrupts', CTRL_C, 130],
    ['Ctrl-D is no consent', CTRL_D, 1],
    ['nor is anything but "yes"', 'y', 1],
  ])('about the changes: %s', async (_title, line, expected) => {
    const { code } = await asked(QUESTION, line, []);
    expect([code, await isThere('hv01'), await isThere('hv02')]).toEqual([expected, false, false]);
  });

  it('for a passphrase: Ctrl-C ends a watch', async () => {
    const inventory = fleet.inventory({ ansible_ssh_private_key_file: locked });
    const { code, seen } = await atTerminal(['watch', playbook, '-i', inventory, '--listen', 'none'], {
      answers: [[`Passphrase for the key ${locked}:`, CTRL_C]],
      netns: fleet.controller,
      home: fleet.folder,
    });
    expect([code, seen.includes('fault in tapfleet')]).toEqual([130, false]);
  });

  it.each(['0', '2'])('for a passphrase: Ctrl-C interrupts the run, with --threads %s', async (threads) => {
    const inventory = fleet.inventory({ ansible_ssh_private_key_file: locked });
    const args = ['--yes', '--threads', threads];
    const { code, seen } = await asked(`Passphrase for the key ${locked}:`, CTRL_C, args, inventory);
    expect([code, seen.slice(-300)]).toEqual([130, expect.stringContaining('2 skipped')]);
    expect(seen.includes('fault in tapfleet')).toBe(false);
  });
});
