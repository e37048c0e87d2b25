/** What an exec on a lab host is to the SSH server in front of it, whether a process or a simulation stands behind. */
import type { Readable, Writable } from 'node:stream';

export type SessionEnd = { readonly code: number } | { readonly signal: NodeJS.Signals };

export interface Session {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles when the command is over and both outputs are read to their end. */
  readonly ended: Promise<SessionEnd>;
  /** To the command and everything it started that stayed in its process group. */
  kill(signal: NodeJS.Signals): void;
}

/** A host that takes command lines. */
export interface LabHost {
  /** `sshConnection` is the value of SSH_CONNECTION: client address and port, server address and port. */
  run(commandLine: string, sshConnection: string): Session;
}
