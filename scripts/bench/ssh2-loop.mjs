// The least that a program with the package ssh2 does to read many hosts: connect, run one command, end; so many at a time.
// Arguments: FORKS IDENTITY FILE-OF-ADDRESSES COMMAND.
import { readFileSync } from 'node:fs';
import ssh2 from 'ssh2';

const [forks, identity, list, command] = process.argv.slice(2);
const key = ssh2.utils.parseKey(readFileSync(identity, 'utf8'));
const due = readFileSync(list, 'utf8').split('\n').filter(Boolean);
let bytes = 0;

function read(host) {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.once('error', reject);
    client.once('connect', () => client.setNoDelay(true));
    client.once('ready', () =>
      client.exec(command, (error, channel) => {
        if (error) return reject(error);
        channel.on('data', (piece) => {
          bytes += piece.length;
        });
        channel.stderr.resume();
        channel.once('close', () => {
          client.end();
          resolve();
        });
      }),
    );
    client.connect({
      host,
      username: 'root',
      authHandler: [{ type: 'publickey', username: 'root', key }],
      algorithms: { serverHostKey: ['ssh-ed25519'] },
    });
  });
}

async function work() {
  for (let host = due.shift(); host !== undefined; host = due.shift()) await read(host);
}

await Promise.all(Array.from({ length: Number(forks) }, work));
process.stdout.write(`${bytes} bytes\n`);
