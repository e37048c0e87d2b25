import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DEMO_STEPS } from '../../../src/lab/demo-script.ts';

describe('the demo', () => {
  it('goes plan → apply → plan → by hand → drift → apply → plan with the codes the contract promises', () => {
    const outline = DEMO_STEPS.map((step) =>
      step.kind === 'by-hand' ? step.kind : [step.words[0], step.code],
    );
    expect(outline).toEqual([
      ['plan', 2],
      ['apply', 0],
      ['plan', 0],
      'by-hand',
      ['drift', 2],
      ['apply', 0],
      ['plan', 0],
      ['plan', 2],
    ]);
  });

  it('names playbooks that the repository has', () => {
    const repository = new URL('../../../', import.meta.url);
    for (const step of DEMO_STEPS) {
      if (step.kind === 'tapfleet') expect(existsSync(new URL(step.words[1] ?? '', repository))).toBe(true);
    }
  });
});
