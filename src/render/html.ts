/**
 * Answers how a report becomes one page for a browser: nothing is loaded from anywhere, and what hosts say is data that
 * only the page's own script reads, which writes it as text. The same report gives the same bytes. Draws no interface
 * itself: that is `html/page/`, which runs in the browser.
 */
import { createHash } from 'node:crypto';
import type { Report } from '../model/report.ts';
import { htmlText, scriptJson } from './html/escape.ts';
import { packReport } from './html/pack.ts';
import script from './html/page/main.ts?embedded';
import style from './html/page/page.css?embedded';
import { fileWarnings, statusBar, statusTable, verdict } from './html/summary.ts';
import { counted } from './value-text.ts';

/** Secrets must be taken out of the report before: a page whose script or style is edited later is blocked by itself. */
export function renderHtml(report: Report): string {
  const { command } = report;
  const hosts = counted(report.summary.hosts, 'host');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>tapfleet ${htmlText(command)}: ${htmlText(report.outcome)}, ${hosts}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<h1>tapfleet ${htmlText(command)}</h1>
<p class="verdict">${htmlText(verdict(report))}</p>
${statusBar(report)}
</header>
<main id="main" tabindex="-1">
${fileWarnings(report)}<section id="plain" aria-labelledby="plain-title">
<h2 id="plain-title">Totals</h2>
<p>With JavaScript this page draws every host’s interfaces and what changes on them. Without it, this is the summary.</p>
${statusTable(report)}
</section>
<div id="page"></div>
</main>
<footer><p>Report format ${htmlText(report.format_version)}. It lists what differs: interfaces that are as declared are not in it.</p></footer>
<script type="application/json" id="report">${scriptJson(packReport(report))}</script>
<script>${script}</script>
</body>
</html>
`;
}

const POLICY = [
  "default-src 'none'",
  `script-src ${sourceHash(script)}`,
  `style-src ${sourceHash(style)}`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}
