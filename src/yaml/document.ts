/** From text to the package `yaml`'s tree of one document, in time that grows with the text alone. Judges nothing in it. */
import {
  type Alias,
  Composer,
  type Document,
  LineCounter,
  type Node,
  Parser,
  visit,
  type YAMLParseError,
} from 'yaml';
import { ANSIBLE_SCALARS, isJson, isNotAnsibles } from './ansible-words.ts';

export interface ReadDocument {
  /** The first one, if the text holds any. */
  readonly document: Document.Parsed | undefined;
  /** The text goes on with another, which may be empty. Not read further than that. */
  readonly another: boolean;
  /** Of both, by place. */
  readonly errors: readonly YAMLParseError[];
  /** What an alias of the document means: the last anchor of its name before it, if there is one. */
  readonly targetOf: (alias: Alias) => Node | undefined;
  /** Both count from 1. */
  readonly placeOf: (offset: number) => { readonly line: number; readonly column: number };
}

/** With the words of Ansible's YAML 1.1, but those of JSON where the text is JSON. */
export function readDocument(text: string): ReadDocument {
  const lines = new LineCounter();
  const composer = new Composer({
    merge: true,
    version: '1.2',
    schema: 'core',
    // The package compares each key with all before it.
    uniqueKeys: false,
    logLevel: 'silent',
    prettyErrors: false,
    customTags: (tags) => (isJson(text) ? tags : [...tags.filter(isNotAnsibles), ...ANSIBLE_SCALARS]),
  });
  const stream = composer.compose(new Parser(lines.addNewLine).parse(text));
  const documents: Document.Parsed[] = [];
  const { stackTraceLimit } = Error;
  // The parser makes an Error of each of maybe a million mistakes: with its stack each takes 5 KB and 20 µs.
  Error.stackTraceLimit = 0;
  try {
    for (const document of stream) if (documents.push(document) === 2) break;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  const [document] = documents;
  let targets: ReadonlyMap<Alias, Node> | undefined;
  return {
    document,
    another: documents.length > 1,
    errors: documents.flatMap(({ errors }) => errors).sort((a, b) => a.pos[0] - b.pos[0]),
    targetOf: (alias) => {
      targets ??= aliasTargets(document);
      return targets.get(alias);
    },
    placeOf: (offset) => {
      const { line, col } = lines.linePos(offset);
      return { line: Math.max(line, 1), column: Math.max(col, 1) };
    },
  };
}

/** In one walk: the package's own `alias.resolve(document)` walks the whole document for each alias. */
function aliasTargets(document: Document.Parsed | undefined): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document ?? null, {
    Alias: (_, alias) => {
      const target = anchors.get(alias.source);
      if (target) targets.set(alias, target);
    },
    Value: (_, node) => {
      if (node.anchor) anchors.set(node.anchor, node);
    },
  });
  return targets;
}
