/** Does the user's reference name what the program knows: every field, filter, option and error kind? */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FORMAT_NAMES } from '../../src/cli/formats.ts';
import { PROBLEM_KINDS } from '../../src/model/problem.ts';
import { FIELD_KEYS } from '../../src/playbook/fields.ts';
import { FILTER_NAMES } from '../../src/template/filters.ts';
import { TEST_NAMES } from '../../src/template/tests.ts';
import { version } from '../../src/version.ts';
import { keywordTable } from '../support/keyword-table.ts';

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

test('what becomes of every keyword of ssh_config', () => {
  const connections = readFileSync(new URL('../../docs/connections.md', import.meta.url), 'utf8');
  const found = connections.slice(
    connections.indexOf('| keyword | |'),
    connections.indexOf('\n\n## Host keys'),
  );
  expect(found).toBe(keywordTable());
});

test('every field of a macvtap', () => {
  for (const field of FIELD_KEYS) expect(reference).toContain(`\`${field}\``);
});

test('every filter and test of templates', () => {
  expect(reference.replace(/\s+/g, ' ')).toContain(FILTER_NAMES.join(' '));
  expect(reference.replace(/\s+/g, ' ')).toContain(TEST_NAMES.join(' '));
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

test('every format', () => {
  for (const format of FORMAT_NAMES) expect(reference).toContain(`| \`${format}\` | `);
});

test('one version', () => {
  const { version: packaged } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  expect(version).toBe(packaged);
});
