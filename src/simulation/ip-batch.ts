/**
 * Reads the text of `ip -batch -` into numbered command lines (`getcmdline` and `do_batch` of iproute2 6.1). It splits;
 * running and stopping is the caller's.
 */

export interface BatchLine {
  readonly text: string;
  /** Counts from 1, every line of the input counting, too; of a continued line, its last. */
  readonly number: number;
}

/** A `#` cuts its line even inside quotes; a `\` at the very end joins the next line. */
export function batchLines(text: string): BatchLine[] {
  const input = text.split('\n');
  if (input.at(-1) === '') input.pop();
  const lines: BatchLine[] = [];
  let pending = '';
  for (const [i, raw] of input.entries()) {
    const cut = raw.split('#', 1)[0] ?? '';
    const joined = pending + cut;
    const continued = cut === raw && cut.endsWith('\\') && i < input.length - 1;
    pending = continued ? joined.slice(0, -1) : '';
    if (!continued) lines.push({ text: joined, number: i + 1 });
  }
  return lines;
}
