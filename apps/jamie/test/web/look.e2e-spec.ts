import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { OllamaStandIn, ollamaAnswer, ollamaFailures } from '@jamie/testing';
import { type TestJamie, startTestJamie } from '../harness';
import { type WatchedPage, close, open, patienceMs, startBrowser, violations } from './browser';

jest.setTimeout(patienceMs);

const runbook = '/runbooks/kubernetes/workloads/KubePodCrashLooping.md';
const answer = [
  '### Steps\n\n1. Read [1]:\n\n   ```bash\n   kubectl logs pod-with-a-very-long-name --previous --all-containers --timestamps --tail=1000\n   ```\n\n',
  '| a | b |\n| --- | ---: |\n| one | two |\n\n> quoted, `code`, [link](https://example.com/)\n\n',
  `A word of ${'x'.repeat(120)} letters.\n`,
];
const wide: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
const phone: BrowserContextOptions = {
  viewport: { width: 360, height: 640 },
  isMobile: true,
  hasTouch: true,
};

let browser: Browser;
let ollama: OllamaStandIn;
let jamie: TestJamie;
let watched: WatchedPage;

beforeAll(async () => {
  ollama = await OllamaStandIn.start({ parallel: 4 });
  ollama.script(ollamaAnswer(answer));
  jamie = await startTestJamie({ OLLAMA_URL: ollama.url, OLLAMA_MAX_IN_FLIGHT: '4' });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await jamie.close();
  await ollama.stop();
});
afterEach(() => close(watched));

async function ask(page: Page): Promise<void> {
  await page.getByLabel('Your question').fill('KubePodCrashLooping is firing');
  await page.getByRole('button', { name: 'Send' }).click();
}

const states: Readonly<
  Record<string, { readonly path: string; readonly reach: (page: Page) => Promise<void> }>
> = {
  'before the first question': { path: '/', reach: (page) => page.getByText(/\d+ runbooks/).waitFor() },
  'an answer': {
    path: '/',
    reach: async (page) => {
      await ask(page);
      await page.getByText('Copy answer').waitFor();
    },
  },
  'an answer on its way, with context': {
    path: '/',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Add context' }).click();
      await page.getByLabel(/^Context/).fill('a log');
      ollama.next(ollamaFailures.stallAfter('Half ', 'an answer'));
      await ask(page);
      await page.getByText('Half an answer').waitFor();
      await page.getByRole('button', { name: 'Add context' }).click();
    },
  },
  'an error': {
    path: '/',
    reach: async (page) => {
      await page.route('**/chat', (route) => route.abort(), { times: 1 });
      await ask(page);
      await page.getByRole('button', { name: 'Try again' }).waitFor();
    },
  },
  'a notice and the question for a key': {
    path: '/',
    reach: async (page) => {
      const down = { state: 'down', detail: 'It is away; start it with `ollama serve`.' };
      await page.route('**/health', (route) => route.fulfill({ json: { dependencies: { model: down } } }));
      await page.route('**/api/**', (route) =>
        route.fulfill({ status: 401, json: { message: 'A key is needed.' } }),
      );
      await page.reload();
      await page.locator('#notice').getByText('The model is not available.').waitFor();
      await page.getByRole('textbox', { name: 'API key' }).waitFor();
    },
  },
  'a runbook beside the conversation': {
    path: '/',
    reach: async (page) => {
      await ask(page);
      await page.getByText('Copy answer').waitFor();
      await page.locator('.sources').getByRole('link').first().click();
      await page.getByRole('heading', { name: 'Mitigation' }).waitFor();
    },
  },
  'the list of runbooks': { path: '/runbooks', reach: (page) => page.locator('.entries').first().waitFor() },
  'a search without a hit': {
    path: '/runbooks?query=tell+me+a+joke',
    reach: (page) =>
      page
        .locator('#count')
        .getByText(/^None of/)
        .waitFor(),
  },
  'a runbook': {
    path: runbook,
    reach: (page) => page.getByRole('heading', { name: 'Mitigation' }).waitFor(),
  },
  'a runbook that is not there': {
    path: '/runbooks/nothing.md',
    reach: (page) => page.locator('#content').getByText('There is no such runbook.').waitFor(),
  },
};

it.each(Object.entries(states))(
  '%s is accessible, and nothing is cut off: wide and light, narrow and dark',
  async (_state, { path, reach }) => {
    watched = await open(browser, `${jamie.url}${path}`, { ...wide, bypassCSP: true });
    const { page } = watched;
    await reach(page);
    const faults = async () => [
      ...(await violations(page)),
      ...(await page.evaluate<string[]>(
        'document.documentElement.scrollWidth > innerWidth ? ["cut off"] : []',
      )),
    ];
    expect(await faults()).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 360, height: 640 });
    expect(await faults()).toEqual([]);
  },
);

it('follows the choice of light or dark', async () => {
  watched = await open(browser, jamie.url, { colorScheme: 'dark' });
  const { page } = watched;
  const ground = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
  const dark = await ground();
  await page.emulateMedia({ colorScheme: 'light' });
  expect([dark, await ground()]).toEqual(['rgb(20, 23, 26)', 'rgb(251, 251, 249)']);
});

it('on a phone begins a new line with Enter, and sends with the button', async () => {
  watched = await open(browser, jamie.url, phone);
  const { page } = watched;
  await page.getByLabel('Your question').fill('one');
  await page.keyboard.press('Enter');
  await page.keyboard.type('two');
  expect(await page.getByLabel('Your question').inputValue()).toBe('one\ntwo');
  await page.getByRole('button', { name: 'Send' }).tap();
  await page.getByText('Copy answer').waitFor();
});
