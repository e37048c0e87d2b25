// Which lines of `ip -batch` does tapfleet make of a playbook and the hosts as they are? Prints those of all hosts.
// Arguments: MODULE (of src/iproute) PLAYBOOK INVENTORY.
import { load, planFleet, Transport, targetsOf } from '../../dist/index.js';

const [module, playbook, inventory] = process.argv.slice(2);
const { batchOf } = await import(module);
const loaded = await load([playbook], { inventory: [inventory] });
const { targets } = await targetsOf(loaded, {});
const transport = new Transport();
const outcomes = await planFleet(targets, {
  connect: (settings) => transport.connect(settings),
  forks: 1,
  allowDisruption: false,
  maxDelete: 1_000_000,
  confirmTimeoutS: 30,
  lockTimeoutS: 35,
  controller: 'bench',
});
transport.close();
for (const outcome of outcomes) {
  if (outcome.kind !== 'planned') throw new Error(JSON.stringify(outcome));
  process.stdout.write(batchOf(outcome.plan.steps));
}
