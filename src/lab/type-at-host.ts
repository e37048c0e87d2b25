/** Runs command lines on a lab host as a person with `ssh` would, one after another on one connection. */
import { readFileSync } from 'node:fs';
import ssh2 from 'ssh2';
import { LabError } from './error.ts';
import type { Lab } from './status.ts';

export interface TypedResult {
  /** Undefined where a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Stops after the first line that fails; the result is that of the last line run. Rejects where no login is possible. */
export async function typeAtHost(lab: Lab, host: string, lines: readonly string[]): Promise<TypedResult> {
  const port = lab.hosts.find(({ name }) => name === host)?.port;
  if (port === undefined) throw new LabError(`the lab has no host "${host}"`, 'see "tapfleet lab status"');
  const keys = readFileSync(lab.knownHosts, 'utf8').split('\n');
  const client = new ssh2.Client();
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve).once('error', reject);
      client.connect({
        host: '127.0.0.1',
        port,
        username: 'root',
        privateKey: readFileSync(lab.privateKey),
        hostVerifier: (key: Buffer) =>
          keys.some((line) => line === `[127.0.0.1]:${port} ssh-ed25519 ${key.toString('base64')}`),
      });
    });
    let last: TypedResult = { code: 0, stdout: '', stderr: '' };
    for (const line of lines) {
      if (last.code === 0) last = await exec(client, line);
    }
    return last;
  } finally {
    client.end();
  }
}

function exec(client: ssh2.Client, line: string): Promise<TypedResult> {
  return new Promise((resolve, reject) => {
    client.exec(line, (error, channel) => {
      if (error) return reject(error);
      let stdout = '';
      let stderr = '';
      let code: number | undefined;
      channel.on('data', (piece: Buffer) => {
        stdout += piece.toString();
      });
      channel.stderr.on('data', (piece: Buffer) => {
        stderr += piece.toString();
      });
      channel.on('exit', (status: number | null) => {
        code = status ?? undefined;
      });
      channel.once('close', () => resolve({ code, stdout, stderr }));
    });
  });
}
