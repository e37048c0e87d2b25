/**
 * Carries an exec's input and outputs over an SSH channel, at the pace of the slower side, and its end after the last
 * byte. Starts nothing.
 */
import type { Readable, Writable } from 'node:stream';
import type { ServerChannel } from 'ssh2';
import type { Session } from './session.ts';

export function joinChannel(channel: ServerChannel, session: Session): void {
  const closed = new Promise<void>((resolve) => channel.once('close', resolve));
  const turns = takeTurns();
  const carry = (source: Readable, target: Writable) =>
    carryAll(source, (piece) => turns(() => Promise.race([closed, write(channel, target, piece)])));
  channel.on('error', () => undefined);
  channel.pipe(session.stdin);
  void closed.then(() => {
    // As sshd: a command whose client is gone finds its pipes closed and is not killed.
    session.stdin.end();
    session.stdout.destroy();
    session.stderr.destroy();
  });
  const carried = [carry(session.stdout, channel), carry(session.stderr, channel.stderr)];
  void Promise.all(carried).then(async () => {
    const end = await session.ended;
    if ('code' in end) channel.exit(end.code);
    else channel.exit(end.signal.replace(/^SIG/, ''), false, '');
    channel.end();
  });
}

/** Resolves when the source has ended, or was destroyed because the client is gone. */
async function carryAll(source: Readable, send: (piece: Buffer) => Promise<void>): Promise<void> {
  try {
    for await (const piece of source) await send(piece as Buffer);
  } catch {
    // Destroyed: there is nobody to tell.
  }
}

/**
 * ssh2 1.17 keeps the last piece that had to wait for the client's window, and sends it again when the other output
 * waits later (its CHANNEL_WINDOW_ADJUST handler looks at `_chunk` first, and nothing clears it). So the two outputs
 * take turns, and what is kept is cleared after each.
 */
function write(channel: ServerChannel, target: Writable, piece: Buffer): Promise<void> {
  return new Promise((resolve) => {
    target.write(piece, () => {
      for (const kept of ['_chunk', '_chunkcb', '_chunkErr', '_chunkcbErr'])
        Reflect.set(channel, kept, undefined);
      resolve();
    });
  });
}

/** Runs what it is given one after another. */
function takeTurns(): (work: () => Promise<void>) => Promise<void> {
  let last = Promise.resolve();
  return (work) => {
    last = last.then(work);
    return last;
  };
}
