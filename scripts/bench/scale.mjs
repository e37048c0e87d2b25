// Does a large fleet cost more a host than a small one, in CPU or memory, and is no host lost? Thousands of simulated
// hosts behind one SSH server.
import { contest, median } from './contest.mjs';
import { simulatedFleet } from './simulated-fleet.mjs';
import { Stage } from './stage.mjs';
import { timedRun } from './timed-run.mjs';

const FORKS = 20;
const INTERFACES = 8;
const SMALL = 100;
const SMALL_ROUNDS = 3;

export const needs = ['root', 'ip', 'bash', 'ssh-keygen'];

export function run(findings, { hosts }) {
  return Stage.with(async (stage) => {
    const count = 100 * hosts;
    const simulated = await simulatedFleet(stage, { count, interfaces: INTERFACES });
    const fleet = {
      ...simulated,
      few: simulated.inventory(simulated.names.slice(0, SMALL)),
      all: simulated.inventory(simulated.names),
      command: (...words) => [...simulated.command(...words), '-f', String(FORKS)],
    };
    findings.part(
      'scale',
      `scale: plan of ${count.toLocaleString('en-US')} simulated hosts × ${INTERFACES} interfaces (one SSH server), ${FORKS} at a time; once, between ${2 * SMALL_ROUNDS} runs over ${SMALL}`,
    );
    await compare(
      findings,
      stage,
      fleet,
      'nothing there yet',
      `${count * INTERFACES} to create on ${count} hosts`,
    );
    await timedRun(stage, fleet.command('apply', fleet.model, '--yes'), { netns: fleet.netns });
    await compare(findings, stage, fleet, 'in sync', `all ${count} hosts are in sync`);
  });
}

async function compare(findings, stage, { netns, command, all, few, count }, state, said) {
  const small = () =>
    contest({ few: () => timedRun(stage, command('plan', few), { netns }) }, { rounds: SMALL_ROUNDS });
  const before = await small();
  const large = await timedRun(stage, command('plan', all), { netns, memory: true });
  const after = await small();
  if (!large.stdout.includes(said)) throw new Error(`not "${said}", but: ${large.stdout.slice(-300)}`);
  const smallCpu = median([before.of('few', 'cpuMs'), after.of('few', 'cpuMs')]) / SMALL;
  findings
    .remark(`${state}:`)
    .number('wall', large.wallMs / 1000, 's', { digits: 1 })
    .number(`CPU a host, ${SMALL} hosts`, smallCpu, 'ms', { digits: 2 })
    .number(`CPU a host, ${count} hosts`, large.cpuMs / count, 'ms', { digits: 2 })
    .ratio('CPU a host: many ÷ few', large.cpuMs / count / smallCpu, { target: 1.1 })
    .ratio('peak memory', large.peakMb, { unit: 'MB', target: 300, digits: 0 })
    .remark(`hosts lost: none ("${said}")`);
}
