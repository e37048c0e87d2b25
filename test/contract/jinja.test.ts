/**
 * Do templates give what they give in Ansible? Each line of `test/cases/templates` is evaluated by both; `\n` in a template is
 * a newline. What may differ is in `differences.txt`: the line, and what it gives here and there.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Json } from '../../src/model/json.ts';
import {
  evaluateExpression,
  evaluateString,
  lazyLookup,
  TemplateError,
} from '../../src/template/evaluate.ts';
import { askJinja, type JinjaAnswer } from '../support/ansible.ts';
import { describeWith } from '../support/needs.ts';

const read = (name: string) => readFile(new URL(`../cases/templates/${name}`, import.meta.url), 'utf8');
const linesOf = async (name: string) => (await read(name)).split('\n').filter((line) => line !== '');

const expressions = await linesOf('expressions.txt');
const templates = await linesOf('templates.txt');
const variables = JSON.parse(await read('variables.json')) as Record<string, Json>;
const expected = await linesOf('differences.txt');
const lookup = lazyLookup((name) => (Object.hasOwn(variables, name) ? variables[name] : undefined));
const written = (line: string) => line.replaceAll('\\n', '\n');

function ours(work: () => Json): JinjaAnswer {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { error: error.message };
  }
}

/** Of an error only that it is one: the words are ours. */
const show = (answer: JinjaAnswer) => ('error' in answer ? 'error' : JSON.stringify(answer.value));

const differencesOf = (
  lines: readonly string[],
  theirs: readonly JinjaAnswer[],
  work: (line: string) => Json,
) =>
  lines.flatMap((line, index) => {
    const [here, there] = [show(ours(() => work(line))), show(theirs[index] ?? { error: 'left out' })];
    return here === there ? [] : [`${line}   → here ${here}, there ${there}`];
  });

describeWith(['ansible'], 'templates as in Ansible', () => {
  let home: string;
  let theirs: Awaited<ReturnType<typeof askJinja>>;

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'tft-jinja-'));
    await writeFile(join(home, 'ansible.cfg'), '');
    theirs = await askJinja({ variables, expressions, templates: templates.map(written) }, home);
  });
  afterAll(() => rm(home, { recursive: true, force: true }));

  it('every expression and template but those that differ on purpose', () => {
    const found = [
      ...differencesOf(expressions, theirs.expressions, (line) => evaluateExpression(line, lookup)),
      // White space around it keeps a template from being one expression, whose value has a type.
      ...differencesOf(templates, theirs.templates, (line) => evaluateString(written(line), lookup)),
    ];
    expect(found, found.join('\n')).toEqual(expected);
  });
});
