// As many hosts as are asked for in one process: an SSH server that listens on every address of its namespace and takes
// the name of the user for that of the host. One simulated host is the model; every other answers as the model did, with
// the addresses of its own interfaces, so that the server is not what is measured.
// Arguments: MODULE (of src/lab) HOST-KEY CLIENT-KEY PORT INTERFACES EVENT-MS. Prints "ready".
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import ssh2 from 'ssh2';
import { autoMac } from '../../dist/index.js';

const [module, hostKey, clientKey, port, interfaces, eventEveryMs] = process.argv.slice(2);
const { joinChannel, makeSimulatedHost } = await import(module);

export const MODEL = 'model';
const model = makeSimulatedHost(1);
const login = ssh2.utils.parseKey(readFileSync(clientKey, 'utf8')).getPublicSSH();
const names = Array.from({ length: Number(interfaces) }, (_, n) => `tap${n}`);
const PROGRAM = / (tapfleet-\w+) ([0-9a-f]+) "\$SSH_CONNECTION"$/;
/** What the model says when it is read, in pieces between which the host's own words go. */
let pieces;

/** Pieces of text and, between them, how to make the host's own word from its name and nonce. */
async function readModel(commandLine) {
  const [, , nonce] = PROGRAM.exec(commandLine);
  let text = '';
  for await (const piece of model.run(commandLine, '').stdout) text += piece;
  const words = new Map([[nonce, (_, ours) => ours]]);
  for (const name of names) words.set(autoMac(MODEL, name), (host) => autoMac(host, name));
  const split = new RegExp(`(${[...words.keys()].join('|')})`);
  return text.split(split).map((piece) => words.get(piece) ?? piece);
}

/** An event as `ip -o -d monitor link` says it, of an interface that the playbook names. */
const EVENT =
  '10: tap0@eno1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP \\    macvtap mode bridge \n';

/** Goes on until its input ends. */
function monitor(channel, nonce) {
  channel.write(`\n@@tapfleet:${nonce}:begin\n`);
  const every = Number(eventEveryMs);
  // The first one by chance, so that the hosts do not speak all at once.
  let timer;
  const say = () => {
    channel.write(EVENT);
    timer = setTimeout(say, every);
  };
  if (every > 0) timer = setTimeout(say, Math.random() * every);
  channel.once('close', () => clearTimeout(timer));
  channel.resume().once('end', () => {
    clearTimeout(timer);
    channel.exit(0);
    channel.end();
  });
}

async function serve(host, channel, commandLine) {
  const [, program, nonce] = PROGRAM.exec(commandLine) ?? [];
  if (program === 'tapfleet-monitor') {
    monitor(channel, nonce);
    return;
  }
  if (host === MODEL || program !== 'tapfleet-gather') {
    pieces = undefined;
    joinChannel(channel, model.run(commandLine, ''));
    return;
  }
  pieces ??= readModel(commandLine);
  const said = (await pieces).map((piece) => (typeof piece === 'string' ? piece : piece(host, nonce)));
  channel.write(said.join(''));
  channel.exit(0);
  channel.end();
}

const server = new ssh2.Server({ hostKeys: [readFileSync(hostKey)] }, (connection) => {
  let host = '';
  connection.on('error', () => {});
  connection.on('authentication', (context) => {
    // Whose key it is, and nothing more: this namespace has no other inhabitants.
    const known = context.method === 'publickey' && context.key.data.equals(login);
    host = context.username;
    if (known) context.accept();
    else context.reject(['publickey']);
  });
  connection.on('session', (accept) => {
    accept().on('exec', (take, _reject, { command }) => void serve(host, take(), command));
  });
});
// Without delays of TCP's own: a real sshd has none either.
const listener = createServer({ noDelay: true }, (socket) => server.injectSocket(socket));
listener.listen({ host: '0.0.0.0', port: Number(port), backlog: 512 }, () => process.stdout.write('ready\n'));
