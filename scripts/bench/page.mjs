// How long does the page of a large fleet take: to be written, and to be ready for a reader in Debian's Chromium?
// Medians. Without the browser only the first half is said.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { autoMac, buildReport, renderHtml } from '../../dist/index.js';
import { median } from './contest.mjs';

const RUNS = 5;
const HOSTS = 2000;
const INTERFACES = 8;
const BROWSER = '/usr/bin/chromium';

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
    const manifest = { host, present: [], absent: [], pruneOwners: [], ignore: [], become: false };
    const plan = {
      kind: 'planned',
      host,
      manifest,
      observed: {},
      changes,
      refusals: [],
      warnings: [],
      steps: [],
      ignored: [],
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

export const needs = [];

export async function run(findings) {
  findings.part('page', `page: ${HOSTS} hosts × ${INTERFACES} changes, medians of ${RUNS} runs`);
  const report = buildReport('plan', fleet());
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    renderHtml(report);
    return performance.now() - start;
  });
  const page = renderHtml(report);
  const size = `${(Buffer.byteLength(page) / 1e6).toFixed(2)} MB`;
  findings.number('written', median(times), 'ms', { note: size });
  if (!existsSync(BROWSER)) {
    findings.remark(`not opened: there is no ${BROWSER}`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tapfleet-bench-'));
  try {
    const file = join(folder, 'report.html');
    writeFileSync(file, page);
    const opened = await openOften(pathToFileURL(file).href);
    findings.ratio('drawn in the browser since the navigation', median(opened.map(({ ready }) => ready)), {
      target: 2000,
      unit: 'ms',
      digits: 0,
    });
    findings.number('a search answered', median(opened.map(({ search }) => search)), 'ms');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function openOften(address) {
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
  try {
    const opened = [];
    for (let run = 0; run < RUNS; run++) opened.push(await timeOpening(browser, address));
    return opened;
  } finally {
    await browser.close();
  }
}
