/** Answers how many hosts' names are written short: `kvm[001-480,500],web1`. Nothing is lost: every name can be read off. */

/** Names in the order of first appearance of their kind; numbers ascending. Names are distinct. */
export function compressNames(names: readonly string[]): string {
  const shapes = new Map<string, string[][]>();
  for (const name of names) {
    const parts = name.split(/(\d+)/);
    const shape = parts.map((part, index) => (index % 2 === 1 ? '#' : part)).join('');
    const alike = shapes.get(shape);
    if (alike) alike.push(parts);
    else shapes.set(shape, [parts]);
  }
  return [...shapes.values()].flatMap(writeAlike).join(',');
}

/** Names that differ in their numbers only: the number to draw together is the one that leaves the fewest pieces. */
function writeAlike(names: readonly string[][]): string[] {
  const numbers = (names[0]?.length ?? 1) - 1;
  const single = () => names.map((parts) => parts.join(''));
  if (names.length === 1 || numbers === 0) return single();
  let best: Map<string, string[][]> | undefined;
  let chosen = 1;
  // From the end: of two that do as well, the later number is the one people count with.
  for (let at = numbers - 1; at >= 1; at -= 2) {
    const groups = groupWithout(names, at);
    if (!best || groups.size < best.size) [best, chosen] = [groups, at];
  }
  return [...(best?.values() ?? [])].map((group) => writeGroup(group, chosen));
}

function groupWithout(names: readonly string[][], at: number): Map<string, string[][]> {
  const groups = new Map<string, string[][]>();
  const numbers = names.map((parts) => parts[at] ?? '');
  const paddedWidths = new Set(numbers.filter((one) => /^0\d/.test(one)).map((one) => one.length));
  for (const parts of names) {
    const number = parts[at] ?? '';
    const key = parts.map((part, index) => (index === at ? kindOf(number, paddedWidths) : part)).join('\0');
    const group = groups.get(key);
    if (group) group.push(parts);
    else groups.set(key, [parts]);
  }
  return groups;
}

/** Numbers count together where all are padded to one width, or none is: `01` and `1` are two hosts. */
function kindOf(number: string, paddedWidths: ReadonlySet<number>): string {
  // Past 15 digits a number is no number any more: such names stand alone.
  if (number.length > 15) return number;
  return paddedWidths.has(number.length) ? String(number.length) : '';
}

function writeGroup(group: readonly string[][], at: number): string {
  const [first = []] = group;
  if (group.length === 1) return first.join('');
  const numbers = group.map((parts) => parts[at] ?? '').sort((a, b) => Number(a) - Number(b));
  const runs: string[] = [];
  for (let from = 0; from < numbers.length; ) {
    let to = from;
    while (to + 1 < numbers.length && Number(numbers[to + 1]) === Number(numbers[to]) + 1) to++;
    const [low, high] = [numbers[from] ?? '', numbers[to] ?? ''];
    runs.push(from === to ? low : `${low}-${high}`);
    from = to + 1;
  }
  return [...first.slice(0, at), `[${runs.join(',')}]`, ...first.slice(at + 1)].join('');
}
