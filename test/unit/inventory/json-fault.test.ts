import { expect, test } from 'vitest';
import { jsonFault } from '../../../src/inventory/json-fault.ts';

test.each<[string, number, number]>([
  ['hello', 1, 1],
  ['{"a": ["b",]}', 1, 12],
  ['{"a": 1,\n "b": x}', 2, 7],
  ['{"a": 1,\n  }', 2, 3],
  ['{"a": 1', 1, 8],
  ['{"a" 1}', 1, 6],
  ['{a: 1}', 1, 2],
  ['["a" "b"]', 1, 6],
  ['["a", "b\n"]', 1, 7],
  ['{"a": 1}\nx', 2, 1],
  ['[1}', 1, 3],
  ['[01]', 1, 2],
  ['[truely]', 1, 2],
  ['{"a":,}', 1, 6],
  ['["\\x"]', 1, 2],
  ["{'a': 1}", 1, 2],
])('%j', (text, line, column) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(jsonFault(text)).toEqual({ line, column });
});

test('goes over what is JSON to its end', () => {
  const text = '{"a": [1, -2.5e+3, true, null, {}, [], "x\\u00e9\\n"], "b": {"c": false}}';
  expect(jsonFault(text)).toEqual({ line: 1, column: text.length + 1 });
});
