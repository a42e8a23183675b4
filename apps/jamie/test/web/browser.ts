import { readFileSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, type Page, chromium } from 'playwright-core';

/** A test may take so long on a busy machine, a single step of it less. */
export const patienceMs = 90_000;
const patienceOfStepMs = 30_000;

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // One renderer for all windows of a file: starting them takes longer than what they draw.
  '--renderer-process-limit=1',
  // Nothing but this machine is found. To intercept requests for that would slow down every one of them.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/** A page, and what it did that it should not. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors of its scripts and of the browser's policies, and addresses beyond this machine that it asked for. */
  readonly faults: string[];
}

/** Chromium, once for a file of tests, with a profile of its own. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: switches, timeout: patienceMs });
}

/** Opens an address in a window without a past, from which nothing but this machine is reached. */
export async function open(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(patienceOfStepMs);
  const faults: string[] = [];
  context.on('request', (request) => {
    if (new URL(request.url()).hostname !== '127.0.0.1') faults.push(`asked for ${request.url()}`);
  });
  // What screen readers are told, in order.
  await context.addInitScript(`
    window.said = [];
    addEventListener('DOMContentLoaded', () => {
      const place = document.getElementById('announcer');
      new MutationObserver(() => window.said.push(place.textContent)).observe(place, { childList: true });
    });
  `);
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // That a response is an error is told to the person, and is no fault of the page.
    const expected = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !expected) faults.push(message.text());
  });
  await page.goto(url);
  return { page, faults };
}

/** Throws when the page did what it should not. */
export async function close({ page, faults }: WatchedPage): Promise<void> {
  await page.context().close();
  if (faults.length > 0) throw new Error(faults.join('\n'));
}

export function said(page: Page): Promise<readonly string[]> {
  return page.evaluate('window.said');
}

const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe-core finds wrong on the page as it is now; needs a context with `bypassCSP`. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axeSource);
  const found: readonly Violation[] = await page.evaluate('axe.run().then((result) => result.violations)');
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}
