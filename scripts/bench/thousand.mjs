// How much does tapfleet add to the time that the kernel itself takes for very many macvtaps on one host? The kernel's
// own time is that of `ip -batch` over the very lines that tapfleet makes, in the same namespace.
import { contest } from './contest.mjs';
import { fromSource } from './from-source.mjs';
import { HOST_NEEDS } from './needs.mjs';
import { PROGRAM, play } from './playbooks.mjs';
import { SshdHosts } from './sshd-hosts.mjs';
import { Stage } from './stage.mjs';
import { timedRun } from './timed-run.mjs';

const ROUNDS = 3;
const TARGET_S = 3;
const STEPS = new URL('./steps.mjs', import.meta.url).pathname;

export const needs = HOST_NEEDS;

export function run(findings, { hosts: tenth }) {
  return Stage.with(async (stage) => {
    const count = 10 * tenth;
    const hosts = await SshdHosts.start(stage, 1);
    const contestants = await make(stage, hosts, count);
    const result = await contest(contestants, { rounds: ROUNDS, warmUp: 0 });
    const over = (name, kernel) => (result.of(name, 'wallMs') - result.of(kernel, 'wallMs')) / 1000;
    findings.part(
      'thousand',
      `thousand: ${count} macvtaps on one host (lower: ${hosts.lowerKind}), medians of ${ROUNDS} rounds in turn; above the kernel's own time`,
    );
    for (const [what, name, kernel] of [
      ['plan, nothing there yet', 'planEmpty', 'listEmpty'],
      ['apply', 'apply', 'kernelAdds'],
      ['plan, in sync', 'planFull', 'listFull'],
      ['delete', 'remove', 'kernelDeletes'],
    ]) {
      const seconds = (one) => (result.of(one, 'wallMs') / 1000).toFixed(2);
      findings.ratio(
        `${what}: ${seconds(name)} s, the kernel's own ${seconds(kernel)} s, above it`,
        over(name, kernel),
        {
          unit: 's',
          target: TARGET_S,
        },
      );
    }
  });
}

/** In their order: each leaves the host as the next one needs it. */
async function make(stage, hosts, count) {
  const inventory = hosts.inventory();
  const wanted = stage.write('playbook.json', play(count));
  const gone = stage.write('gone.json', [
    { ...play(count)[0], macvtaps: play(count)[0].macvtaps.map(({ name }) => ({ name, state: 'absent' })) },
  ]);
  const module = await fromSource(stage, 'batch', ['iproute/batch.ts']);
  const within = { netns: hosts.controller };
  const host = { netns: hosts.space(0) };
  const tapfleet =
    (command, playbook, ...options) =>
    async () =>
      timedRun(stage, [process.execPath, PROGRAM, command, playbook, '-i', inventory, ...options], within);
  const steps = async (playbook, name) => {
    const argv = [process.execPath, STEPS, module, playbook, inventory];
    return stage.write(name, (await timedRun(stage, argv, within)).stdout);
  };
  const has = async (wanted, work) => {
    const result = await work();
    if (hosts.macvtapsOf(0) !== wanted) throw new Error(`${hosts.macvtapsOf(0)} macvtaps, not ${wanted}`);
    return result;
  };
  const list = () => timedRun(stage, ['ip', '-j', '-d', 'link', 'show'], host);
  const batch = (file) => timedRun(stage, ['ip', '-batch', file], host);

  hosts.clear(0);
  const adds = await steps(wanted, 'adds');
  await batch(adds);
  const deletes = await steps(gone, 'deletes');
  hosts.clear(0);
  return {
    listEmpty: list,
    planEmpty: tapfleet('plan', wanted),
    kernelAdds: () => has(count, () => batch(adds)),
    kernelDeletes: () => has(0, () => batch(deletes)),
    apply: () => has(count, tapfleet('apply', wanted, '--yes')),
    listFull: list,
    planFull: tapfleet('plan', wanted),
    remove: () => has(0, tapfleet('apply', gone, '--yes', '--max-delete', String(count))),
  };
}
