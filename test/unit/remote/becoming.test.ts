/**
 * What is said to sudo, and when? Real processes of this machine, with a sudo that does as the test says and writes down
 * every line it is told.
 */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { commandLine, newNonce } from '../../../src/host/frame.ts';
import { Secret } from '../../../src/model/secret.ts';
import { BecomingConnection } from '../../../src/remote/becoming.ts';
import { type Connection, type ExecOptions, trouble } from '../../../src/remote/connection.ts';
import { LocalConnection } from '../../../src/remote/local.ts';
import { neverFollows } from '../../support/never-follows.ts';
import { sshSettings } from '../../support/ssh-settings.ts';

const SAYS_ALL = 'echo begin; cat; echo end';
/** The prompt is its third word with a password. */
const ASK = 'printf "%s" "$3" >&2; read -r line; echo "$line" >>"$TOLD"';
const ENTER = 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"';
const WANTS_TTY = 'echo "sudo: sorry, you must have a tty to run sudo" >&2; exit 1';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tft-'));
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function sudo(...lines: readonly string[]): void {
  writeFileSync(join(folder, 'sudo'), `#!/bin/sh\nTOLD=${join(folder, 'told')}\n${lines.join('\n')}\n`);
  chmodSync(join(folder, 'sudo'), 0o755);
}

const told = () => (existsSync(join(folder, 'told')) ? readFileSync(join(folder, 'told'), 'utf8') : '');

function connection(password: string | undefined, login: Connection = new LocalConnection()): Connection {
  const known = password === undefined ? {} : { becomePassword: new Secret(password) };
  return new BecomingConnection(login, sshSettings({ user: 'me', become: true, ...known }), new WeakSet());
}

function run(over: Connection, options: Partial<ExecOptions> = {}) {
  return over.exec(commandLine(SAYS_ALL, 'what', newNonce()), {
    stdin: 'input\n',
    timeoutMs: 15_000,
    ...options,
  });
}

const problem = (kind: string, message: RegExp) => ({
  problem: { kind, message: expect.stringMatching(message) },
});

test('the password goes to who asks with our prompt, the input to the program behind', async () => {
  sudo('echo "Password: " >&2', ASK, ENTER);
  const answer = await run(connection('s3cret'));
  expect(answer.stdout).toMatch(/\nbegin\ninput\nend\n$/);
  expect(told()).toBe('s3cret\n');
});

test('who does not ask is not told', async () => {
  sudo(ENTER);
  expect((await run(connection('s3cret'))).stdout).toMatch(/\nbegin\ninput\nend\n$/);
});

test('a question of the program is answered behind sudo too', async () => {
  sudo(ASK, ENTER);
  const reply = { begun: 'begin\n', after: 'input\n', say: () => ({ text: 'answer\n' }) };
  expect((await run(connection('s3cret'), { reply })).stdout).toMatch(/\nbegin\ninput\nanswer\nend\n$/);
});

test('a question that came with the word that lets us in is heard', async () => {
  // One write of one process, and so one piece on our side.
  sudo(
    ASK,
    'while [ "$1" != -- ]; do shift; done; shift; r=$("$@" </dev/null); printf "%s" "$r"; read -r x; echo "$x"',
  );
  const reply = { begun: 'begin\n', after: 'end', say: () => ({ text: 'answer\n' }) };
  const stdin = '';
  expect((await run(connection('s3cret'), { stdin, reply })).stdout).toMatch(/begin\nendanswer\n$/);
});

test.each([
  { what: 'after a word', between: 'echo "Sorry, try again." >&2', message: /refused the password for "me"/ },
  { what: 'without a word', between: 'echo >&2', message: /a second question after the password/ },
])('a second prompt $what ends it: nothing more is told', async ({ between, message }) => {
  sudo(ASK, between, ASK, ENTER);
  await expect(run(connection('s3cret'))).rejects.toMatchObject(problem('privilege', message));
  expect(told()).toBe('s3cret\n');
});

test('a question that nobody can answer is shown before the time of the command is up', async () => {
  sudo('printf "\\nCode from your token: " >&2', 'read -r line');
  await expect(run(connection('s3cret'))).rejects.toMatchObject(
    problem('privilege', /nobody can give here: Code from your token:$/),
  );
  expect(told()).toBe('');
});

test.each(['two\nlines', 'end\r', 'nul\0'])(
  'the password %j is refused before anything is run',
  async (password) => {
    sudo('echo ran >>"$TOLD"', ENTER);
    await expect(run(connection(password))).rejects.toMatchObject(problem('privilege', /a line break/));
    expect(told()).toBe('');
  },
);

test('a sudo that wants a terminal is run over one, from then on at once', async () => {
  const real = new LocalConnection();
  const terminals: boolean[] = [];
  const login: Connection = {
    open: true,
    follow: neverFollows,
    close: () => undefined,
    exec: (command, { terminal = false, ...options }) => {
      terminals.push(terminal);
      sudo(terminal ? `${ASK}\n${ENTER}` : WANTS_TTY);
      return real.exec(command, options);
    },
  };
  const over = connection('s3cret', login);
  await run(over);
  await run(over);
  expect(terminals).toEqual([false, true, true]);
  expect(told()).toBe('s3cret\ns3cret\n');
});

test('a connection that breaks while sudo is at work is its own trouble', async () => {
  const login: Connection = {
    open: false,
    follow: neverFollows,
    close: () => undefined,
    exec: () => Promise.reject(trouble('connection-lost', 'gone')),
  };
  await expect(run(connection('s3cret', login))).rejects.toMatchObject(problem('connection-lost', /^gone$/));
});
