// `npm run bench:web`: how soon the page is seen and the first words of an answer are, in Debian's chromium.
import { chromium } from 'playwright-core';
import { prepare } from '../scripts/prepare.mjs';
import { startJamie, startStandIn, stop } from './processes.mjs';

const rounds = Number(process.env.BENCH_ROUNDS ?? 20);

prepare();
const standIn = await startStandIn('--chunks', '200', '--chunk-delay-ms', '5');
const jamie = await startJamie(standIn.url);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
});
try {
  await visit();
  const visits = [];
  for (let round = 0; round < rounds; round += 1) visits.push(await visit());
  for (const [name, unit] of [
    ['first paint', 'ms'],
    ['ready to type', 'ms'],
    ['first streamed text', 'ms'],
    ['requests', ''],
    ['received', 'KiB'],
  ]) {
    const values = visits.map((entry) => entry[name]).sort((one, other) => one - other);
    const median = values[Math.floor(values.length / 2)];
    console.log(`${name}: median ${median.toFixed(0)} ${unit}, worst ${values.at(-1).toFixed(0)} ${unit}`);
  }
} finally {
  await browser.close();
  await stop(jamie, standIn);
}

/** One visit of somebody who has never been here: an empty cache. */
async function visit() {
  const context = await browser.newContext();
  const page = await context.newPage();
  let bytes = 0;
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.goto(jamie.url, { waitUntil: 'networkidle' });
  const loaded = await page.evaluate(`({
    'first paint': performance.getEntriesByName('first-contentful-paint')[0].startTime,
    'ready to type': performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd,
    requests: performance.getEntriesByType('resource').length + 1,
  })`);
  const received = bytes / 1024;
  await page.getByLabel('Your question').fill('KubePodCrashLooping is firing, what do I do?');
  // Not waited for here: the question is sent only after this.
  await page.evaluate(`void (window.firstText = new Promise((resolve) => {
    let asked;
    addEventListener('keydown', () => (asked = performance.now()), { capture: true });
    new MutationObserver(() => {
      if (document.querySelector('.text')?.textContent) requestAnimationFrame(() => resolve(performance.now() - asked));
    }).observe(document.getElementById('turns'), { childList: true, subtree: true });
  }))`);
  await page.keyboard.press('Enter');
  const firstText = await page.evaluate('window.firstText');
  await context.close();
  return { ...loaded, received, 'first streamed text': firstText };
}
