/**
 * The one door for writing YAML: any plain value as a document that reads back as the same value, for readers of YAML
 * 1.1 (PyYAML, Ansible) and 1.2, and that holds nothing which could move a terminal. Knows nothing of what it writes.
 */
import { Document, isScalar, Scalar, visit } from 'yaml';
import type { Json } from '../model/json.ts';
import { MASK } from './hide-secrets.ts';
import { escapeDeceptive, printable } from './printable.ts';

/**
 * What PyYAML takes for more than text and the package does not: the value key, and a date with some time after it,
 * whose forms the two part differently.
 */
const MORE_THAN_TEXT = /^(?:=|\d{4}-\d{1,2}-\d{1,2}[Tt ].*)$/;

/**
 * Text that ends in a newline; keys in the order they have. `hide` goes over every text before it is written: in a text
 * that is written already, a mask at its beginning would be read as an alias.
 */
export function yamlText(value: Json, hide: (text: string) => string = (text) => text): string {
  const document = new Document(value, { aliasDuplicateObjects: false, compat: 'yaml-1.1' });
  visit(document, {
    Scalar: (_, node) => {
      if (!isScalar(node)) return;
      if (typeof node.value === 'string') node.value = hide(node.value);
      else if (typeof node.value === 'number' && hide(String(node.value)) === MASK) node.value = MASK;
      if (typeof node.value === 'string' && !mayStandBare(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  const text = document.toString({ lineWidth: 0, doubleQuotedAsJSON: true });
  return text.split('\n').map(escapeLine).join('\n');
}

/** The package quotes what it knows to be a number, a truth or nothing in either version of YAML. */
function mayStandBare(text: string): boolean {
  return printable(text) === text && !MORE_THAN_TEXT.test(text);
}

/** What JSON leaves raw stands in double quotes by now, where YAML knows these escapes. */
function escapeLine(line: string): string {
  return escapeDeceptive(line, (character) => {
    const code = character.codePointAt(0) ?? 0;
    const hex = code.toString(16);
    return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
  });
}
