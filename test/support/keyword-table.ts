/** The table of docs/connections.md that says what becomes of each keyword, as the code's own table has it. */
import { KEYWORDS, type Keyword } from '../../src/ssh-config/keywords.ts';

export function keywordTable(): string {
  const rows = new Map<string, Keyword[]>();
  for (const keyword of KEYWORDS) {
    const said = `${keyword.decision}${keyword.because === '' ? '' : `: ${keyword.because}`}`;
    rows.set(said, [...(rows.get(said) ?? []), keyword]);
  }
  const lines = [...rows].map(([said, keywords]) => `| ${keywords.map(shown).join(', ')} | ${said} |`);
  return ['| keyword | |', '|---|---|', ...lines].join('\n');
}

/** With the values that change a refusal. */
function shown({ name, harmless }: Keyword): string {
  return `\`${name}\`${harmless.length > 0 ? ` (but ${harmless.map((one) => `\`${one}\``).join(', ')})` : ''}`;
}
