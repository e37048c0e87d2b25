// Plans and applies the same fleet over and over in one process, and says as JSON what that process then holds. Run by
// soak.test.ts, inside the controller's namespace: node --expose-gc soak.mjs PLAYBOOK OTHER INVENTORY RUNS
import { readdirSync } from 'node:fs';
import { applyFleet, load, planFleet, targetsOf, Transport } from '../../dist/index.js';

const [playbook, other, inventory, runs] = process.argv.slice(2);

function held() {
  globalThis.gc();
  return { files: readdirSync('/proc/self/fd').length, heap: process.memoryUsage().heapUsed };
}

async function run(work, file) {
  const { targets } = await targetsOf(await load([file], { inventory: [inventory] }), {});
  const transport = new Transport();
  const outcomes = await work(targets, {
    connect: (settings, how) => transport.connect(settings, how),
    forks: 5,
    allowDisruption: false,
    confirmTimeoutS: 30,
    lockTimeoutS: 30,
    controller: 'soak@test',
  });
  transport.close();
  return outcomes.map((outcome) => `${outcome.kind}${outcome.kind === 'applied' ? outcome.problems.length : ''}`);
}

/** A socket is closed when the other side has closed it too; one that never is fails the count. */
async function closed() {
  const end = Date.now() + 5_000;
  while (process.getActiveResourcesInfo().includes('TCPSocketWrap') && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const seen = new Set();
let early;
for (let n = 0; n < Number(runs); n++) {
  // Three plans, then an apply that changes every host.
  const applies = n % 4 === 3;
  const file = n % 8 < 4 ? playbook : other;
  for (const kind of await run(applies ? applyFleet : planFleet, file)) seen.add(kind);
  if (n === Math.floor(runs / 4)) {
    await closed();
    early = held();
  }
}
await closed();
process.stdout.write(JSON.stringify({ early, late: held(), seen: [...seen] }));
process.exit(0);
