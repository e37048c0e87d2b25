import { describe, expect, it } from 'vitest';
import { styleOf, wantsColour } from '../../../src/render/style.ts';

describe('wantsColour', () => {
  it.each([
    ['a terminal', true, {}, true],
    ['a pipe', false, {}, false],
    ['a stream that does not know', undefined, {}, false],
    ['NO_COLOR on a terminal', true, { NO_COLOR: '1' }, false],
    ['an empty NO_COLOR, which means nothing', true, { NO_COLOR: '' }, true],
    ['FORCE_COLOR in a pipe', false, { FORCE_COLOR: '1' }, true],
    ['FORCE_COLOR=0 on a terminal', true, { FORCE_COLOR: '0' }, false],
    ['NO_COLOR against FORCE_COLOR', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    ['a dumb terminal', true, { TERM: 'dumb' }, false],
    ['a pipe in CI', false, { CI: 'true' }, false],
  ])('%s', (_, isTTY, env, expected) => {
    expect(wantsColour({ isTTY }, env)).toBe(expected);
  });
});

describe('styleOf', () => {
  it('paints with SGR codes, or not at all', () => {
    expect(styleOf(true).red('x')).toBe('\x1b[31mx\x1b[39m');
    expect(styleOf(false).red('x')).toBe('x');
  });
});
