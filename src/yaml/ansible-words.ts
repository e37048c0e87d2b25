/**
 * Which words of a YAML text mean what to Ansible? PyYAML's YAML 1.1 where the parser's is 1.2, as tags in the shape that the
 * parser takes. Reads no document.
 */

/** As Ansible: a text that is JSON is that, whatever the file is called. */
export function isJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** PyYAML's resolvers of YAML 1.1, without base 60. */
export const ANSIBLE_SCALARS = [
  {
    tag: 'tag:yaml.org,2002:bool',
    default: true,
    test: /^(?:[Yy]es|YES|[Nn]o|NO|[Tt]rue|TRUE|[Ff]alse|FALSE|[Oo]n|ON|[Oo]ff|OFF)$/,
    resolve: (text: string) => /^(?:y|t|on)/i.test(text),
  },
  {
    tag: 'tag:yaml.org,2002:int',
    default: true,
    test: /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+)$/,
    resolve: (text: string) => {
      const [, sign, base = '', digits = ''] =
        /^([-+]?)(0[bx]|0(?=.))?(.*)$/.exec(text.replaceAll('_', '')) ?? [];
      const value = Number.parseInt(digits, { '0b': 2, '0x': 16, '0': 8 }[base] ?? 10);
      return sign === '-' ? -value : value;
    },
  },
  {
    tag: 'tag:yaml.org,2002:float',
    default: true,
    test: /^(?:[-+]?(?:[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.(?:inf|Inf|INF))|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|\.(?:nan|NaN|NAN))$/,
    resolve: (text: string) => {
      const number = text.replaceAll('_', '').replace(/\.inf$/i, 'Infinity');
      return Number(number);
    },
  },
  {
    // With the tag written out: whatever Python's float() takes.
    tag: 'tag:yaml.org,2002:float',
    resolve: (text: string) => Number(text),
  },
];

const ANSIBLE_TAGS = new Set(ANSIBLE_SCALARS.map(({ tag }) => tag));

/** A tag of the parser's own schema for which there is none of Ansible's. */
export function isNotAnsibles(tag: string | { readonly tag: string }): boolean {
  return typeof tag === 'string' || !ANSIBLE_TAGS.has(tag.tag);
}
