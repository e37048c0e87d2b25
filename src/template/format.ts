/** Python's two ways to write values into a text: `'%02x' % n` and `'{:02x}'.format(n)`. */
import { type Budget, TemplateFailure } from './budget.ts';
import { fixed } from './decimal.ts';
import { floatText, repr, str } from './print.ts';
import {
  type Arguments,
  entryOf,
  isFloat,
  isList,
  isMap,
  isNumber,
  need,
  numberOf,
  Tuple,
  typeName,
  type Value,
} from './value.ts';

/** No text is as wide as this. */
const MAX_WIDTH = 1000;

interface Spec {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | undefined;
  readonly type: string;
}

/** `'%s' % value`, and with several values a tuple. */
export function percentFormat(text: string, given: Value, budget: Budget): string {
  const values = given instanceof Tuple ? given : [given];
  let next = 0;
  const made = text.replace(
    /%(?:\(([^)]{0,200})\))?([-+ 0#]*)(\*|\d+)?(?:\.(\d+))?([hlL])?(.|$)/gs,
    (
      whole,
      name: string | undefined,
      flags: string,
      width = '',
      precision: string | undefined,
      _long,
      type: string,
    ) => {
      if (whole === '%%') return '%';
      if (width === '*') throw new TemplateFailure('a width of * is not supported in a format');
      let value: Value;
      if (name !== undefined) {
        const named = isMap(given) ? entryOf(given, name) : undefined;
        if (named === undefined) throw new TemplateFailure(`the format names "${name}", which is not given`);
        value = named;
      } else {
        if (next >= values.length) throw new TemplateFailure('the format has more places than values');
        value = values[next++] as Value;
      }
      const spec = {
        fill: flags.includes('0') && !flags.includes('-') ? '0' : ' ',
        align: flags.includes('-') ? '<' : flags.includes('0') ? '=' : '>',
        sign: flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '-',
        alternate: flags.includes('#'),
        width: widthOf(width),
        grouping: '',
        precision: precision === undefined ? undefined : widthOf(precision),
        type,
      };
      budget.look(value);
      return percentValue(need(value), spec, budget);
    },
  );
  if (next < values.length && !(isMap(given) || (isList(given) && !(given instanceof Tuple)))) {
    throw new TemplateFailure('the format has fewer places than values');
  }
  budget.take(made.length);
  return made;
}

function percentValue(value: Value, spec: Spec, budget: Budget): string {
  switch (spec.type) {
    case 's':
    case 'r': {
      const text = spec.type === 's' ? str(value, budget) : repr(value, budget);
      return textIn(text, { ...spec, align: spec.align === '=' ? '>' : spec.align, fill: ' ' });
    }
    case 'c':
      return textIn(character(value), spec);
    case 'd':
    case 'i':
    case 'u':
      return numberIn(Math.trunc(numberFor(value, spec.type)), { ...spec, type: 'd' });
    case 'x':
    case 'X':
    case 'o':
      if (isFloat(value)) throw new TemplateFailure(`%${spec.type} in a format takes whole numbers`);
      return numberIn(numberFor(value, spec.type), spec);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return numberIn(numberFor(value, spec.type), spec);
    default:
      throw new TemplateFailure(`%${spec.type} is no place in a format`);
  }
}

/** Of a number, or the one that a text is. */
function character(value: Value): string {
  if (typeof value === 'string' && Array.from(value).length === 1) return value;
  const code = isFloat(value) ? undefined : numberOf(value);
  if (code === undefined || code < 0 || code > 0x10_ffff) {
    throw new TemplateFailure('a format makes one character of one, or of its number');
  }
  return String.fromCodePoint(code);
}

function numberFor(value: Value, type: string): number {
  const number = numberOf(value);
  if (number === undefined)
    throw new TemplateFailure(`%${type} in a format takes a number, not a ${typeName(value)}`);
  return number;
}

/** `'{} {name:>8}'.format(…)`. */
export function braceFormat(text: string, { positional, named }: Arguments, budget: Budget): string {
  let next = 0;
  const made = text.replace(
    /\{\{|\}\}|\{([^{}:!]*)(?:!([rs]))?(?::([^{}]*))?\}|[{}]/g,
    (whole, field: string | undefined, conversion: string | undefined, spec = '') => {
      if (whole === '{{') return '{';
      if (whole === '}}') return '}';
      if (field === undefined) throw new TemplateFailure('a format has a { or } too many');
      const key = field.trim();
      if (!/^\w*$/.test(key)) throw new TemplateFailure('a place of a format takes a name or a number alone');
      const value = /^\d*$/.test(key) ? positional[key === '' ? next++ : Number(key)] : named.get(key);
      if (value === undefined) throw new TemplateFailure(`the format has a place {${key}} that is not given`);
      const shown =
        conversion === 'r' ? repr(value, budget) : conversion === 's' ? str(value, budget) : need(value);
      return formatted(shown, spec, budget);
    },
  );
  budget.take(made.length);
  return made;
}

function formatted(value: Value, text: string, budget: Budget): string {
  const found = /^(?:(.)(?=[<>=^]))?([<>=^])?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su.exec(
    text,
  );
  if (!found) throw new TemplateFailure('a place of a format has no spec of Python');
  const [, fill, align, sign = '-', alternate, zero, width = '', grouping = '', precision, type = ''] = found;
  const spec: Spec = {
    fill: fill ?? (zero ? '0' : ' '),
    align: align ?? (zero && isNumber(value) ? '=' : ''),
    sign,
    alternate: alternate !== undefined,
    width: widthOf(width),
    grouping,
    precision: precision === undefined ? undefined : widthOf(precision),
    type,
  };
  budget.look(value);
  const number = text === '' && typeof value === 'boolean' ? undefined : numberOf(value);
  if (number === undefined) {
    if (type !== '' && type !== 's')
      throw new TemplateFailure(`:${type} of a format takes a number, not a ${typeName(value)}`);
    if (text !== '' && (typeof value !== 'string' || /^.?=|[-+ #,_]/.test(text.replace(/^.?[<>^]/su, '')))) {
      throw new TemplateFailure(`a ${typeName(value)} takes no such spec in a format`);
    }
    return textIn(str(value, budget), { ...spec, align: spec.align || '<' });
  }
  const whole = /^[bcdoxX]$/.test(type);
  if (type === 's' || (whole && isFloat(value)))
    throw new TemplateFailure(`:${type} of a format cannot write this number`);
  const plainFloat = type === '' && isFloat(value) && spec.precision === undefined;
  return numberIn(number, {
    ...spec,
    align: spec.align || '>',
    type: plainFloat ? 'repr' : type || (isFloat(value) ? 'g' : 'd'),
  });
}

function widthOf(text: string): number {
  const width = Number(text || 0);
  if (width > MAX_WIDTH) throw new TemplateFailure(`a format is wider than ${MAX_WIDTH}`);
  return width;
}

function textIn(text: string, spec: Spec): string {
  const cut = spec.precision === undefined ? text : Array.from(text).slice(0, spec.precision).join('');
  return padded('', cut, spec);
}

function numberIn(value: number, spec: Spec): string {
  const negative = value < 0 || Object.is(value, -0);
  const sign = negative ? '-' : spec.sign === '-' ? '' : spec.sign;
  const { digits, prefix } = digitsOf(Math.abs(value), spec);
  const grouped =
    spec.grouping === ''
      ? digits
      : digits.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, spec.grouping));
  return padded(sign + prefix, grouped, spec);
}

function digitsOf(size: number, spec: Spec): { digits: string; prefix: string } {
  const precision = spec.precision ?? 6;
  const least = (text: string) => text.padStart(spec.precision ?? 0, '0');
  if (!Number.isFinite(size)) return { digits: Number.isNaN(size) ? 'nan' : 'inf', prefix: '' };
  switch (spec.type) {
    case 'd':
      return { digits: least(String(size)), prefix: '' };
    case 'x':
      return { digits: least(size.toString(16)), prefix: spec.alternate ? '0x' : '' };
    case 'X':
      return { digits: least(size.toString(16).toUpperCase()), prefix: spec.alternate ? '0X' : '' };
    case 'o':
      return { digits: least(size.toString(8)), prefix: spec.alternate ? '0o' : '' };
    case 'b':
      return { digits: size.toString(2), prefix: spec.alternate ? '0b' : '' };
    case 'c':
      return { digits: character(size), prefix: '' };
    case 'f':
    case 'F':
      return { digits: fixed(size, precision), prefix: '' };
    case '%':
      return { digits: `${fixed(size * 100, precision)}%`, prefix: '' };
    case 'e':
    case 'E': {
      const text = size.toExponential(Math.min(100, precision)).replace(/e([+-])(\d)$/, 'e$10$2');
      return { digits: spec.type === 'E' ? text.toUpperCase() : text, prefix: '' };
    }
    case 'repr':
      return { digits: floatText(size), prefix: '' };
    case 'g':
    case 'G':
    case 'n':
      return { digits: general(size, precision || 1, spec.type === 'G'), prefix: '' };
    default:
      throw new TemplateFailure(`"${spec.type}" is no type of a format`);
  }
}

function general(size: number, precision: number, upper: boolean): string {
  const exponent = size === 0 ? 0 : Number(size.toExponential(Math.min(100, precision - 1)).split('e')[1]);
  const text =
    exponent < -4 || exponent >= precision
      ? size
          .toExponential(Math.min(100, precision - 1))
          .replace(/\.?0+e/, 'e')
          .replace(/e([+-])(\d)$/, 'e$10$2')
      : size
          .toFixed(Math.max(0, Math.min(100, precision - 1 - exponent)))
          .replace(/(\.\d*?)0+$/, '$1')
          .replace(/\.$/, '');
  return upper ? text.toUpperCase() : text;
}

function padded(head: string, text: string, { fill, align, width }: Spec): string {
  const missing = width - Array.from(head + text).length;
  if (missing <= 0) return head + text;
  const pad = fill.repeat(missing);
  if (align === '=') return head + pad + text;
  if (align === '<') return head + text + pad;
  if (align === '^') {
    const left = Math.floor(missing / 2);
    return fill.repeat(left) + head + text + fill.repeat(missing - left);
  }
  return pad + head + text;
}
