/** The page in a real browser: what a reader can find and open in it, with a mouse, with keys alone and with neither. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { renderHtml } from '../../src/render/html.ts';
import { buildReport } from '../../src/report/build.ts';
import { HOSTILE, hostileFleet, hostName, largeFleet, macOf } from '../support/html-fleet.ts';
import { describeWith, findProgram } from '../support/needs.ts';
import { change, fieldChange, mixedFleet, planned, unread } from '../unit/render/builders.ts';

/** A closed network, and no look-ups of the browser's own. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const three = buildReport('plan', [
  planned('hv01', {
    changes: [change('update', 'web0', { fields: [fieldChange('mode', 'vepa', 'bridge')] })],
  }),
  planned('hv02'),
  unread('hv03', { kind: 'connect-timeout', message: 'no answer from 192.0.2.5:22 within 10 s' }),
]);
const large = largeFleet(2000);

describeWith(['chromium'], 'the page in a browser', () => {
  let folder: string;
  let browser: Browser;
  /** What no page may have: words on the console, errors, requests for anything but itself. */
  let noise: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tapfleet-page-'));
    const executablePath = findProgram('chromium') ?? '';
    browser = await chromium.launch({ executablePath, args: QUIET });
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    const heard = noise;
    noise = [];
    expect(heard).toEqual([]);
  });

  async function open(report: Report, options: BrowserContextOptions = {}): Promise<Page> {
    const file = join(folder, 'report.html');
    writeFileSync(file, renderHtml(report));
    const address = pathToFileURL(file).href;
    const context = await browser.newContext(options);
    const page = await context.newPage();
    page.on('console', (message) => noise.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => noise.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      noise.push(`dialog: ${dialog.message()}`);
      return dialog.dismiss();
    });
    page.on('request', (request) => {
      const url = request.url();
      if (url.split('#')[0] !== address && url !== 'data:,') noise.push(`request: ${url}`);
    });
    await page.goto(address);
    return page;
  }

  /** The first changes that are drawn; a body is there a moment after the click. */
  async function openAll(page: Page, most = 99): Promise<void> {
    for (const change of (await page.locator('details.tap').all()).slice(0, most)) {
      await change.locator('summary').click();
      await change.locator('.body').waitFor();
    }
  }

  const found = (page: Page) => page.getByRole('status').textContent();
  const titles = (page: Page) =>
    page.getByRole('article').getByRole('heading', { level: 3 }).allTextContents();

  it('draws each host with its lower devices and the macvtaps on them by mode', async () => {
    const page = await open(three);
    expect(await found(page)).toBe('3 of 3 hosts, 1 interface with changes.');
    expect(await titles(page)).toEqual(['hv03', 'hv01', 'hv02']);
    const host = page.getByRole('article', { name: 'hv01' });
    expect(await host.getByRole('heading', { level: 4 }).textContent()).toBe('Lower device eno1');
    expect(await host.getByRole('heading', { level: 5 }).textContent()).toBe('Mode bridge');
    expect(await host.locator('summary').innerText()).toContain('update in place');
    await openAll(page);
    expect(await host.getByRole('row').nth(1).getByRole('cell').allTextContents()).toEqual([
      'vepa',
      'bridge',
    ]);
    expect(await page.getByRole('article', { name: 'hv02' }).textContent()).toContain(
      'The report does not list unchanged interfaces.',
    );
    expect(await page.locator('#plain').count()).toBe(0);
  });

  it('says of each change whom it hurts, why it must be a replacement and where it is declared', async () => {
    const page = await open(large);
    await page.getByRole('searchbox').fill('hv0002 tap7');
    await page.locator('details.tap > summary').click();
    const body = await page.locator('details.tap .body').innerText();
    expect(body).toContain('forces replacement: the kernel cannot move a macvtap to another lower device');
    expect(body).toContain('pid 3001 qemu-system-x86, guest guest1-7');
    expect(body).toContain('What holders lose: the guest loses its link');
    expect(body).toContain('Declared at playbooks/fleet.yml:12:7');
    expect(body).toContain('Unchanged: mode bridge');
  });

  it('finds one interface of 16,000 by its address, and everything again', async () => {
    const page = await open(large);
    expect(await found(page)).toBe('2000 of 2000 hosts, 15680 interfaces with changes.');
    await page.getByRole('searchbox').fill(macOf(1233, 3));
    expect(await found(page)).toBe('1 of 2000 hosts, 1 interface with changes.');
    expect(await titles(page)).toEqual([hostName(1234)]);
    await page.getByRole('searchbox').fill('no such thing');
    expect(await found(page)).toBe('Nothing matches.');
    await page.getByRole('button', { name: 'Show everything again' }).click();
    expect(await found(page)).toBe('2000 of 2000 hosts, 15680 interfaces with changes.');
  });

  it('filters by the status of hosts and by what is done to interfaces', async () => {
    const page = await open(large);
    await page.getByRole('checkbox', { name: 'unreachable' }).check();
    expect(await found(page)).toBe('40 of 2000 hosts, 0 interfaces with changes.');
    await page.getByRole('checkbox', { name: 'unreachable' }).uncheck();
    await page.getByRole('checkbox', { name: 'replace' }).check();
    expect(await found(page)).toBe('1960 of 2000 hosts, 1960 interfaces with changes.');
  });

  it('draws hosts that are alike as one, of which any can be chosen, or all one by one', async () => {
    const page = await open(large);
    await page.getByRole('searchbox').fill('eno1');
    const cards = page.getByRole('article');
    expect(await cards.count()).toBe(3);
    await cards.first().getByRole('combobox').selectOption(hostName(1001));
    expect(await cards.first().locator('.mac').first().textContent()).toBe(macOf(1000, 0));
    await page.getByRole('checkbox', { name: 'Fold hosts' }).uncheck();
    expect(await cards.count()).toBe(50);
    await page.getByRole('button', { name: 'Draw 50 more' }).click();
    expect(await cards.count()).toBe(100);
    // The button is gone: reading goes on at the first card that came.
    expect(await page.evaluate("document.activeElement.querySelector('h3').textContent")).toBe(hostName(52));
    await page.getByRole('button', { name: 'Draw all' }).click();
    expect(await cards.count()).toBe(1960);
  });

  it('lets a diff be reached and opened with keys alone', async () => {
    const page = await open(large);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the hosts');
    await page.keyboard.press('/');
    await page.keyboard.type('hv0042 tap7');
    expect(await titles(page)).toEqual(['hv0042']);
    const focused = () => page.evaluate<string>('document.activeElement.textContent');
    for (let presses = 0; presses < 12 && !(await focused()).startsWith('tap7'); presses++) {
      await page.keyboard.press('Tab');
    }
    expect(await focused()).toMatch(/^tap7/);
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('table').innerText()).toContain('bond0');
    // A slash is a letter in the search, and Escape empties it.
    await page.keyboard.press('/');
    await page.keyboard.type('a/b');
    expect(await page.getByRole('searchbox').inputValue()).toBe('a/b');
    await page.keyboard.press('Escape');
    expect(await found(page)).toContain('2000 of 2000');
  });

  it('leads past the search to the hosts', async () => {
    const page = await open(three);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('hosts');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toContain('web0');
  });

  it.each([
    ['light', 'three hosts', three],
    ['dark', 'three hosts', three],
    ['light', 'every kind of trouble', buildReport('plan', mixedFleet())],
    ['dark', 'every kind of trouble', buildReport('plan', mixedFleet())],
    ['light', '2,000 hosts', large],
  ] as const)('has no barrier that axe finds: %s, %s', async (colorScheme, _, report) => {
    const page = await open(report, { colorScheme });
    await openAll(page, 12);
    await page.evaluate(axe.source);
    const { violations, passes } = await page.evaluate<axe.AxeResults>('axe.run()');
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(passes.map(({ id }) => id)).toContain('color-contrast');
  });

  it.each([true, false])(
    'says what is wrong with the files, script or not (%s)',
    async (javaScriptEnabled) => {
      const where = { file: 'play.yml', line: 19, column: 7 };
      const warnings = [
        { message: 'the name "vnet9" is libvirt’s', hint: 'choose another', declared_at: where },
      ];
      const page = await open({ ...three, warnings }, { javaScriptEnabled });
      const region = page.getByRole('region', { name: 'Playbooks and inventory' });
      expect(await region.getByRole('listitem').allInnerTexts()).toEqual([
        'Warning: play.yml:19:7 the name "vnet9" is libvirt’s: choose another',
      ]);
      if (!javaScriptEnabled) return;
      await page.evaluate(axe.source);
      expect((await page.evaluate<axe.AxeResults>('axe.run()')).violations).toEqual([]);
    },
  );

  it('keeps hostile text text', async () => {
    const page = await open(hostileFleet());
    await openAll(page);
    const text = await page.locator('main').innerText();
    for (const words of [HOSTILE.image, HOSTILE.script, HOSTILE.comment]) expect(text).toContain(words);
    expect(text).toContain('web\\u202egnp.0\\u2066');
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(2);
    expect(await page.title()).toBe('tapfleet plan: unreachable, 3 hosts');
  });

  it('prints what is drawn with its diffs, on white', async () => {
    const page = await open(three, { colorScheme: 'dark' });
    await page.evaluate("window.dispatchEvent(new Event('beforeprint'))");
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('details.tap').innerText()).toContain('vepa');
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.evaluate("getComputedStyle(document.querySelector('.tap .badge')).color")).toBe(
      'rgb(122, 74, 0)',
    );
    expect(await page.locator('form').isVisible()).toBe(false);
    await page.evaluate("window.dispatchEvent(new Event('afterprint'))");
    expect(await page.locator('details.tap[open]').count()).toBe(0);
  });

  it('fits a narrow screen', async () => {
    const page = await open(buildReport('plan', mixedFleet()), { viewport: { width: 320, height: 640 } });
    await openAll(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
  });

  it('is a summary where no script runs', async () => {
    const page = await open(large, { javaScriptEnabled: false });
    expect(await page.locator('header').innerText()).toContain('1960 to create');
    expect(await page.getByRole('table').innerText()).toContain('unreachable');
    expect(await page.getByRole('table').innerText()).toMatch(/hv\[0001-0007,0009-0057,/);
  });
});
