// Prints how long the HTML page of a large fleet takes: to be written, and to be ready for a reader in Debian's
// Chromium. Medians; asserts nothing. Without the browser only the first half is printed.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { autoMac, buildReport, renderHtml } from '../dist/index.js';

const RUNS = 5;
const HOSTS = 2000;
const INTERFACES = 8;
const BROWSER = '/usr/bin/chromium';

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

function change(host, n) {
  const name = `tap${n}`;
  const fields = { lower: 'eno1', mode: 'bridge', mac: autoMac(host, name), mtu: 1500, state: 'up' };
  return {
    interface: name,
    action: 'update',
    cause: 'drift',
    adopts: false,
    fields: [{ field: 'mtu', before: 1400, after: 1500, cause: 'drift' }],
    before: { name, ifindex: n, fields: { ...fields, mtu: 1400 }, rawAlias: '', holders: [] },
    after: { name, owner: 'default', disruption: 'refuse', fields },
    holders: [{ pid: 1000 + n, command: 'qemu-system-x86', guest: `${host}-guest${n}` }],
    disruptions: [],
  };
}

function fleet() {
  return Array.from({ length: HOSTS }, (_, h) => {
    const host = `hv${String(h).padStart(4, '0')}`;
    const changes = Array.from({ length: INTERFACES }, (_, n) => change(host, n));
    const manifest = { host, present: [], absent: [], pruneOwners: [], become: false };
    const plan = {
      kind: 'planned',
      host,
      manifest,
      observed: {},
      changes,
      refusals: [],
      warnings: [],
      steps: [],
    };
    return { kind: 'planned', host, plan };
  });
}

/** Milliseconds from the navigation to the first frame after which the page's script has drawn the hosts. */
async function timeOpening(browser, address) {
  const page = await browser.newPage();
  await page.goto(address);
  const ready = await page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))',
  );
  const search = await page.evaluate(`(() => {
    const field = document.querySelector('input[type=search]');
    const start = performance.now();
    field.value = 'hv1234 tap3';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    document.body.getBoundingClientRect();
    return performance.now() - start;
  })()`);
  await page.close();
  return { ready, search };
}

const report = buildReport('plan', fleet());
const times = Array.from({ length: RUNS }, () => {
  const start = performance.now();
  renderHtml(report);
  return performance.now() - start;
});
const page = renderHtml(report);
const rows = [['written', median(times), `${(Buffer.byteLength(page) / 1e6).toFixed(2)} MB`]];

if (existsSync(BROWSER)) {
  const folder = mkdtempSync(join(tmpdir(), 'tapfleet-bench-'));
  const file = join(folder, 'report.html');
  writeFileSync(file, page);
  const browser = await chromium.launch({
    executablePath: BROWSER,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-sync',
    ],
  });
  const opened = [];
  for (let run = 0; run < RUNS; run++) opened.push(await timeOpening(browser, pathToFileURL(file).href));
  await browser.close();
  rmSync(folder, { recursive: true });
  rows.push(['drawn in the browser', median(opened.map(({ ready }) => ready)), 'since the navigation']);
  rows.push(['a search answered', median(opened.map(({ search }) => search)), '']);
} else {
  rows.push([`not opened: no ${BROWSER}`, 0, '']);
}

process.stdout.write(`\nthe page of ${HOSTS} hosts × ${INTERFACES} changes\n\n`);
for (const [what, ms, note] of rows) {
  process.stdout.write(`${what.padEnd(56)} ${ms.toFixed(0).padStart(6)} ms  ${note}\n`);
}
