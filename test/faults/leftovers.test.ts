/**
 * What a transaction leaves whose processes were all ended at the worst moments: does the next one get past it? Folders
 * as they are then, laid down by hand.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { applyPlan } from '../../src/fleet/apply.ts';
import { gather } from '../../src/fleet/session.ts';
import { planHost } from '../../src/planning/plan-host.ts';
import { DECLARED, manifestOf, wanted } from '../support/builders.ts';
import { FaultHost } from '../support/fault-host.ts';
import { describeWith } from '../support/needs.ts';

/** No process has this start: whoever wrote it is gone. */
const GONE = '1 1 0 1700000000 other@mgmt\n';

describeWith(['root', 'macvtap', 'ip'], 'a folder that was left', () => {
  let host: FaultHost;

  beforeEach(async () => {
    host = await FaultHost.make([]);
  });
  afterEach(() => host?.remove());

  async function apply(lockTimeoutS = 3): Promise<string> {
    const connection = host.connection();
    const manifest = manifestOf('hv', [wanted('m0', DECLARED)]);
    const plan = planHost(manifest, await gather(connection), { allowDisruption: false });
    const outcome = await applyPlan(connection, plan, {
      confirmTimeoutS: 20,
      lockTimeoutS,
      controller: 'test@fault',
      connectAgain: async () => connection,
    });
    return outcome.kind === 'applied'
      ? [...outcome.results.values(), ...outcome.problems.map(({ kind }) => kind)].join()
      : `refused ${outcome.kind === 'planned' ? outcome.plan.refusals[0]?.kind : ''}`;
  }

  it.each<[string, Record<string, string>]>([
    ['before anything was armed', { live: '', nonce: 'ab\n', holder: GONE, steps: 'link del lo\n' }],
    ['with half an undo, before anything was armed', { live: '', nonce: 'ab\n', holder: GONE, undo: '' }],
    ['when it was confirmed', { live: '', nonce: 'ab\n', holder: GONE, armed: '', decided: '' }],
    [
      'when it began to be cleared away',
      { live: '', dead: '', holder: GONE, armed: '', decided: '', undo: '' },
    ],
    ['half cleared away after an undoing', { holder: GONE, decided: 'ab\n' }],
    ['with a holder that was replaced', { live: '', holder: `${process.pid} 1 0 1 me\n${GONE}` }],
  ])('%s', async (_what, files) => {
    mkdirSync(host.folder);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(host.folder, name), text);
    expect(await apply()).toBe('done');
    expect(host.leftovers()).toEqual([]);
  });

  it.each<[string, Record<string, string>]>([
    ['with a word of a timer that came too late', { timer: '1 1\n' }],
    [
      'with a holder whose time is not up',
      { holder: '1 1 999999999 1700000000 other@mgmt\n', armed: '', decided: '' },
    ],
  ])('without its first file, %s, is taken by who does not wait for others', async (_what, files) => {
    mkdirSync(host.folder);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(host.folder, name), text);
    expect(await apply(0)).toBe('done');
    expect(host.leftovers()).toEqual([]);
  });

  it('is not taken from who has only just made it', async () => {
    mkdirSync(host.folder);
    expect(await apply(0)).toBe('refused locked');
  });

  it('is not taken from who is still at work', async () => {
    mkdirSync(host.folder);
    const started = readFileSync(`/proc/${process.pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
    const holder = `${GONE}${process.pid} ${started} 0 1700000000 me@mgmt\n`;
    for (const [name, text] of Object.entries({ live: '', nonce: 'ab\n', holder }))
      writeFileSync(join(host.folder, name), text);
    expect(await apply()).toBe('refused locked');
  });
});
