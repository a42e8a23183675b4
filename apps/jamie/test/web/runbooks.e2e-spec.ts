import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { type TestJamie, startTestJamie } from '../harness';
import { type WatchedPage, close, open, patienceMs, said, startBrowser } from './browser';

jest.setTimeout(patienceMs);

const folder = mkdtempSync(join(tmpdir(), 'runbooks-'));
const write = (path: string, text: string): void => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};

let browser: Browser;
let jamie: TestJamie;
let watched: WatchedPage;

beforeAll(async () => {
  write(
    'storage/DiskFull.md',
    `---
title: DiskFull
severity: critical
services: [storage, "a & b"]
url: https://wiki.example.com/disk
---
The disk is full. <b>Act</b> now.

## Diagnosis

See [the other one](../network/Link%20lost.md#first-steps), [below](#mitigation), [the web](https://example.com/),
[no runbook](/etc/passwd) and [harm](javascript:window.harmed=1). <img src=x onerror=window.harmed=1>

## Mitigation

### Remove old logs

\`\`\`bash
journalctl --vacuum-size=1G
\`\`\`
`,
  );
  write(
    'network/Link lost.md',
    '# Link lost\n\nThe link is gone.\n\n## First steps\n\nLook at the cable & plug.\n',
  );
  jamie = await startTestJamie({ RUNBOOKS_DIR: folder });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await jamie.close();
  rmSync(folder, { recursive: true });
});
afterEach(() => close(watched));

describe('the page of runbooks', () => {
  it('lists all by folder', async () => {
    watched = await open(browser, `${jamie.url}/runbooks`);
    const { page } = watched;
    await page.locator('#count').getByText('2 in all.').waitFor();
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual(['network', 'storage']);
    await page.getByRole('link', { name: 'Link lost' }).click();
    await page.getByRole('heading', { name: 'Link lost', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/runbooks/network/Link%20lost.md');
  });

  it('searches while one types, and can be come back to', async () => {
    watched = await open(browser, `${jamie.url}/runbooks`);
    const { page } = watched;
    await page.keyboard.type('cable of the link');
    // Exact, for "None of 2 fits." holds the same letters.
    await page.locator('#count').getByText('One of 2 fits.', { exact: true }).waitFor();
    expect(await said(page)).toContain('One of 2 fits.');
    await page.getByRole('link', { name: 'First steps' }).click();
    await page.getByText('Look at the cable & plug.').waitFor();
    await page.goBack();
    await page.locator('#count').getByText('One of 2 fits.', { exact: true }).waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('cable of the link');
    await page.getByRole('searchbox').fill('tell me a joke');
    await page.locator('#count').getByText('None of 2 fits.').waitFor();
    await page.getByRole('searchbox').fill('');
    await page.locator('#count').getByText('2 in all.').waitFor();
  });

  it('shows one, with links that lead to runbooks, its sections and the web alone', async () => {
    watched = await open(browser, `${jamie.url}/runbooks/storage/DiskFull.md`);
    const { page } = watched;
    await page.getByRole('heading', { name: 'DiskFull', level: 1 }).waitFor();
    expect(await page.title()).toBe('DiskFull · Jamie');
    expect(await page.locator('.facts').innerText()).toMatch(
      /critical[\s\S]*storage, a & b[\s\S]*At wiki\.example\.com/,
    );
    await page.getByText('<b>Act</b> now.').waitFor();
    await page.getByText('<img src=x onerror=window.harmed=1>').waitFor();
    const links: readonly string[] = await page.evaluate(
      `[...document.querySelectorAll('.text a')].map((link) => link.getAttribute('href'))`,
    );
    expect(links).toEqual([
      '/runbooks/network/Link%20lost.md#first-steps',
      '#mitigation',
      'https://example.com/',
    ]);
    expect(await page.getByRole('heading', { name: 'Remove old logs', level: 3 }).count()).toBe(1);
    await page.getByRole('link', { name: 'the other one' }).click();
    await page.getByRole('heading', { name: 'First steps' }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Ask Jamie about this' }).click();
    await page.waitForURL(/\/\?ask=/);
    expect(await page.getByLabel('Your question').inputValue()).toBe('DiskFull: what do I do?');
    expect(await page.locator('.turn').count()).toBe(0);
  });

  it('says so when there is no such runbook', async () => {
    watched = await open(browser, `${jamie.url}/runbooks/nothing.md`);
    await watched.page.locator('#content').getByText('There is no such runbook.').waitFor();
  });
});
