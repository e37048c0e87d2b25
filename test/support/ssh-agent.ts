/** OpenSSH's own ssh-agent for a test: at a socket of its own, holding what it is given, ended by its process id. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { runProcess } from './cli.ts';
import { must } from './sshd-commands.ts';
import { killQuietly } from './sshd-daemon.ts';

export interface TestAgent {
  readonly socket: string;
  /** Adds private key files without a passphrase; options of ssh-add(1) may stand among them. */
  readonly add: (...words: readonly string[]) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function startAgent(socket: string): Promise<TestAgent> {
  const env = {
    ...process.env,
    SSH_AUTH_SOCK: socket,
    SSH_ASKPASS: '/bin/false',
    SSH_ASKPASS_REQUIRE: 'force',
  };
  // In the foreground it prints its socket when that is there.
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  await once(agent.stdout, 'data');
  return {
    socket,
    add: async (...words) => {
      must(await runProcess(['ssh-add', '-q', ...words], { env }), 'ssh-add');
    },
    close: async () => {
      const ended = once(agent, 'exit');
      killQuietly(agent.pid ?? 0);
      await ended;
      if (existsSync(socket)) rmSync(socket);
    },
  };
}
