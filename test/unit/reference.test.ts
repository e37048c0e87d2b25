/** Does the user's reference name what the program knows: every field, filter, option and error kind? */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PROBLEM_KINDS } from '../../src/model/problem.ts';
import { FIELD_KEYS } from '../../src/playbook/fields.ts';
import { FILTERS } from '../../src/template/template-error.ts';
import { version } from '../../src/version.ts';

const reference = readFileSync(new URL('../../docs/reference.md', import.meta.url), 'utf8');
const program = readFileSync(new URL('../../src/cli/program.ts', import.meta.url), 'utf8');
const options = ['options', 'watch-options']
  .map((name) => readFileSync(new URL(`../../src/cli/${name}.ts`, import.meta.url), 'utf8'))
  .join('\n');

test('every error kind with its meaning', () => {
  for (const [kind, { meaning }] of Object.entries(PROBLEM_KINDS)) {
    expect(reference).toContain(`| \`${kind}\` | ${meaning} |`);
  }
});

test('every field of a macvtap', () => {
  for (const field of FIELD_KEYS) expect(reference).toContain(`\`${field}\``);
});

test('every filter', () => {
  expect(reference.replace(/\s+/g, ' ')).toContain(FILTERS);
});

test('every option of a run', () => {
  const flags = [...`${program}${options}`.matchAll(/'(?:-\w, )?(--[a-z-]+)[ ']/g)].map(
    (match) => match[1] ?? '',
  );
  const elsewhere = [
    '--graph',
    '--list',
    '--host',
    '--hosts',
    '--directory',
    '--port-base',
    '--kind',
    '--verbose',
  ];
  for (const flag of flags.filter((one) => !elsewhere.includes(one))) expect(reference).toContain(flag);
});

test('one version', () => {
  const { version: packaged } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  expect(version).toBe(packaged);
});
