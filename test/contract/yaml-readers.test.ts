/** Does PyYAML, which Ansible reads with, find in our YAML the very texts that were written? */
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { yamlText } from '../../src/render/yaml-text.ts';
import { pythonOfAnsible } from '../support/ansible.ts';
import { runProcess } from '../support/cli.ts';
import { describeWith } from '../support/needs.ts';

/** Each is something else than text to some reader where it stands bare. */
const TEXTS: readonly string[] = [
  ...['52:54:00:10:00:01', '1:30', '-1:30', '190:20:30.15', '0:0'],
  ...['y', 'n', 'Y', 'N', 'yes', 'No', 'on', 'Off', 'TRUE', 'false', '~', 'null', 'Null', ''],
  ...['0b11', '1_000', '0o17', '017', '08', '0x1f', '+1', '-0', '0_', '1e3', '1.5e3', '1.5e+3', '12e03'],
  ...['.inf', '-.INF', '.nan', '.5', '0.', '+.5', '6.1', '.'],
  ...['2020-01-01', '2020-1-1T1:02:03.', '2020-01-01 01:02:03 +30', '2001-12-14t21:59:43.10-05:00'],
  ...[
    '<<',
    '=',
    '-',
    '?',
    '---',
    '...',
    '- x',
    '? x',
    ': x',
    'a: b',
    'a:',
    'x #',
    '%x',
    '@x',
    '`x',
    '&x',
    '*x',
  ],
  ...['{{ x }}', '[x', '!x', '|', '>', "'x'", '"x"', ' x', 'x ', 'a\tb', 'a\nb', '\x85', '\u2028', '\ufeff'],
  ...['\ufffe', 'a\uffff', 'Zürich 🐧', 'x'.repeat(1100)],
];

const READ = `
import json, sys, yaml
loader = getattr(yaml, sys.argv[1])
json.dump([yaml.load(text, loader) for text in json.load(sys.stdin)], sys.stdout)
`;

describeWith(['ansible-inventory'], 'what yamlText writes', () => {
  const values = TEXTS.map((text) => ({ [text]: { value: text, list: [text] } }));
  const written = values.map((value) => yamlText(value));

  it.each(['SafeLoader', 'CSafeLoader'])('%s reads back', async (loader) => {
    const { stdout, stderr } = await runProcess([pythonOfAnsible(), '-c', READ, loader], {
      stdin: JSON.stringify(written),
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(values);
  });

  it.each(['1.1', '1.2'] as const)('a reader of YAML %s reads back', (version) => {
    expect(written.map((text) => parse(text, { version }))).toEqual(values);
  });

  it('has no quotes where nobody needs them', () => {
    const plain = {
      lower: 'eno1',
      mac: '52:54:00:10:00:0a',
      kernel: '6.1.0-13-amd64',
      'hv-01.example.com': 1,
    };
    expect(yamlText(plain)).not.toMatch(/["']/);
  });
});
