import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../../src/model/diagnostic.ts';
import { renderDiagnostics } from '../../../src/render/diagnostics-text.ts';
import { styleOf } from '../../../src/render/style.ts';

const plain = styleOf(false);
const at = (line: number, file = 'playbooks/web.yaml') => ({ file, line, column: 5 });

describe('renderDiagnostics', () => {
  it('says where, what and what to do, sorted, with counts at the end', () => {
    const list: Diagnostic[] = [
      { severity: 'error', summary: 'unknown key `mtuu`', hint: 'did you mean `mtu`?', where: at(12) },
      {
        severity: 'error',
        summary: '`web0` is declared differently by two plays',
        hint: 'make them agree',
        where: at(4),
        related: { note: 'the other one is here', where: at(30, 'playbooks/all.yaml') },
      },
      { severity: 'warning', summary: '`vnet0` is a name that libvirt reserves', where: at(7) },
      { severity: 'error', summary: 'no inventory given' },
    ];
    expect(renderDiagnostics(list, plain)).toBe(
      [
        'error: no inventory given',
        'playbooks/web.yaml:4:5: error: `web0` is declared differently by two plays',
        '    the other one is here: playbooks/all.yaml:30:5',
        '    make them agree',
        'playbooks/web.yaml:7:5: warning: `vnet0` is a name that libvirt reserves',
        'playbooks/web.yaml:12:5: error: unknown key `mtuu`',
        '    did you mean `mtu`?',
        '3 errors, 1 warning',
        '',
      ].join('\n'),
    );
  });

  it('counts only what there is', () => {
    expect(renderDiagnostics([], plain)).toBe('');
    expect(renderDiagnostics([{ severity: 'warning', summary: 'x' }], plain)).toBe('warning: x\n1 warning\n');
  });

  it('never prints raw what an author, or a file name, can hold', () => {
    const hostile = '\x1b[2J\n\u202e';
    const text = renderDiagnostics(
      [
        {
          severity: 'error',
          summary: hostile,
          hint: hostile,
          where: at(1, hostile),
          related: { note: hostile, where: at(1, hostile) },
        },
      ],
      plain,
    );
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  });
});
