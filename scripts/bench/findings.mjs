// What was found, part by part: numbers, ratios with what they are meant to be, and remarks; as text and as data.

const WIDTH = 66;

export class Findings {
  #parts = [];

  /** What comes next belongs to this part. */
  part(name, title) {
    this.#parts.push({ name, title, rows: [] });
    return this;
  }

  /** `note`: said beside it. */
  number(what, value, unit, { digits = 0, note } = {}) {
    return this.#add({ what, value, unit, digits, ...(note === undefined ? {} : { note }) });
  }

  /** `target`: what it may be at most (`least`: at least). Missing: only said, not judged. */
  ratio(what, value, { target, least = false, unit = '×', digits = 2 } = {}) {
    const met = target === undefined ? {} : { target, least, met: least ? value >= target : value <= target };
    return this.#add({ what, value, unit, digits, ...met });
  }

  remark(text) {
    return this.#add({ what: text });
  }

  /** The text of the part that was found last. */
  lastAsText() {
    const { title, rows } = this.#parts.at(-1);
    return `${title}\n${rows.map((row) => `  ${rowText(row)}\n`).join('')}\n`;
  }

  asData() {
    return this.#parts;
  }

  #add(row) {
    this.#parts.at(-1).rows.push(row);
    return this;
  }
}

function rowText({ what, value, unit, digits, target, least, met, note = '' }) {
  if (value === undefined) return what;
  const number = value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  const left = `${what.padEnd(WIDTH)} ${number.padStart(9)} ${unit.padEnd(4)}`;
  if (target === undefined) return `${left}  ${note}`.trimEnd();
  return `${left}  ${least ? '≥' : '≤'} ${String(target).padEnd(5)} ${met ? 'yes' : 'NO'}`;
}
