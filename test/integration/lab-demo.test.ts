import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { runDemo } from '../../src/lab/demo.ts';
import { DEMO_STEPS } from '../../src/lab/demo-script.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

let base = '';
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'tapfleet-demo-test-'));
  // Where the demo's own directory is made: what is left in it is what the demo left behind.
  vi.stubEnv('TMPDIR', base);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(base, { recursive: true, force: true });
});

/** A `tapfleet` that prints its words and ends with the next code of a list. */
function pretender(codes: readonly number[]): string[] {
  const file = join(base, 'pretender.cjs');
  writeFileSync(join(base, 'codes.json'), JSON.stringify(codes));
  writeFileSync(
    file,
    [
      'const fs = require("node:fs"); const list = __dirname + "/codes.json";',
      'const [code, ...rest] = JSON.parse(fs.readFileSync(list, "utf8"));',
      'fs.writeFileSync(list, JSON.stringify(rest));',
      'console.log("said", process.argv.slice(2).join(" "), process.cwd() === __dirname);',
      'process.exit(code);',
    ].join('\n'),
  );
  return [process.execPath, file];
}

describe('the demo', () => {
  it('stops at the first step that does not end as promised, and takes the lab away', async () => {
    let printed = '';
    const demo = runDemo({
      kind: 'simulated',
      command: pretender([2, 0, 2]),
      write: (text) => {
        printed += text;
      },
    });
    await expect(demo).rejects.toThrow(
      '"tapfleet plan playbooks/lab.yml -i .tapfleet/lab/inventory.yml --detailed-exitcode" ended with 2; promised is 0',
    );
    expect(printed).toContain('simulated: ');
    expect(printed).toContain(
      '$ tapfleet apply playbooks/lab.yml -i .tapfleet/lab/inventory.yml -y\nsaid apply ',
    );
    expect(printed.trimEnd()).toMatch(/The lab is taken away[^\n]*$/);
    expect(leftInBase()).toEqual([]);
  });

  it.for(['', 'simulated'])('ends well with the real command %s', async (kind) => {
    let printed = '';
    const code = await runDemo({
      ...(kind === 'simulated' ? { kind } : {}),
      command: [process.execPath, MAIN],
      write: (text) => {
        printed += text;
      },
    }).catch((error: Error) => {
      throw new Error(`${error.message}\n${printed}`);
    });
    expect(code).toBe(0);
    for (const step of DEMO_STEPS) expect(printed).toContain(`# ${step.look}\n`);
    expect(leftInBase()).toEqual([]);
  });

  it.for(['SIGINT', 'SIGTERM'] as const)('takes the lab away and exits 130 on %s', async (signal) => {
    const demo = spawn(process.execPath, [MAIN, 'demo'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(demo, 'exit');
    await printedLine(demo, '$ tapfleet plan');
    demo.kill(signal);
    expect((await exit)[0]).toBe(130);
    expect(leftInBase()).toEqual([]);
  });
});

function leftInBase(): string[] {
  return readdirSync(base).filter((name) => name.startsWith('tapfleet-demo-'));
}

function printedLine(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      printed += piece;
      if (printed.includes(text)) resolve();
    });
    child.once('exit', () => reject(new Error(`ended before it printed "${text}": ${printed}`)));
  });
}
