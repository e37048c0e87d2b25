// A wire that is as long as asked: a TCP relay that hands every byte on so many milliseconds later, in each direction.
// Arguments: HOST PORT DELAY...; listens on 127.0.0.1, a port a delay, and prints the ports as JSON when it does.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const [host, port, ...delays] = process.argv.slice(2);

function carry(from, to, delayMs) {
  from.on('data', (piece) => setTimeout(() => to.write(piece), delayMs));
  from.on('end', () => setTimeout(() => to.end(), delayMs));
  from.on('error', () => setTimeout(() => to.destroy(), delayMs));
}

async function listen(delayMs) {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ host, port: Number(port), allowHalfOpen: true, noDelay: true });
    carry(near, far, delayMs);
    carry(far, near, delayMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

const ports = await Promise.all(delays.map((delay) => listen(Number(delay))));
process.stdout.write(`${JSON.stringify(ports)}\n`);
