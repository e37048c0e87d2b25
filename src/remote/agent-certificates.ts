/**
 * How many certificates does an ssh-agent hold? The package `ssh2` passes over them without a word, and a person whose
 * logins all go by certificate would look for the mistake elsewhere.
 */
import { connect } from 'node:net';

/** draft-miller-ssh-agent, section 3.5. */
const REQUEST_IDENTITIES = Buffer.from([0, 0, 0, 1, 11]);
const IDENTITIES_ANSWER = 12;
const MAX_BYTES = 1024 * 1024;

/** 0 also where the agent gives no whole answer within `timeoutMs`. */
export async function certificatesOfAgent(socket: string, timeoutMs: number): Promise<number> {
  const answer = await ask(socket, timeoutMs);
  try {
    return typesIn(answer).filter((type) => /-cert-v\d+@openssh\.com$/.test(type)).length;
  } catch {
    return 0;
  }
}

function ask(socket: string, timeoutMs: number): Promise<Buffer> {
  return new Promise((resolve) => {
    let heard = Buffer.alloc(0);
    const stream = connect(socket);
    const end = () => {
      stream.destroy();
      resolve(heard);
    };
    stream.setTimeout(timeoutMs, end);
    stream.on('error', end).on('end', end);
    stream.on('data', (piece: Buffer) => {
      heard = Buffer.concat([heard, piece]);
      const isWhole = heard.length >= 4 && heard.length >= 4 + heard.readUInt32BE(0);
      if (isWhole || heard.length > MAX_BYTES) end();
    });
    stream.write(REQUEST_IDENTITIES);
  });
}

/** Throws a RangeError where the answer is cut. */
function typesIn(answer: Buffer): string[] {
  if (answer.readUInt8(4) !== IDENTITIES_ANSWER) return [];
  let at = 9;
  const text = (): Buffer => {
    const length = answer.readUInt32BE(at);
    at += 4 + length;
    return answer.subarray(at - length, at);
  };
  return Array.from({ length: Math.min(answer.readUInt32BE(5), answer.length) }, () => {
    const blob = text();
    text();
    return blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));
  });
}
