import type { Browser } from 'playwright-core';
import { OllamaStandIn } from '@jamie/testing';
import { type TestJamie, startTestJamie } from '../harness';
import { type WatchedPage, close, open, patienceMs, said, startBrowser } from './browser';

jest.setTimeout(patienceMs);

let browser: Browser;
let watched: WatchedPage;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
afterEach(() => close(watched));

async function ask(question: string): Promise<void> {
  await watched.page.getByLabel('Your question').fill(question);
  await watched.page.keyboard.press('Enter');
}

describe('without a model', () => {
  let ollama: OllamaStandIn;
  let jamie: TestJamie;
  beforeAll(async () => {
    ollama = await OllamaStandIn.start();
    ollama.install();
    jamie = await startTestJamie({ OLLAMA_URL: ollama.url });
    // Until somebody asks it is not known that the model is missing.
    await jamie.chat({ message: 'Hello' });
  });
  afterAll(async () => {
    await jamie.close();
    await ollama.stop();
  });

  it('the page says so once, with the command that helps, and no more when the model is there', async () => {
    watched = await open(browser, jamie.url);
    const { page } = watched;
    const notice = page.locator('#notice');
    await notice.getByText('The model is not available.').waitFor();
    expect(await notice.locator('code').first().textContent()).toMatch(/^ollama create bruno-sre/);
    await notice.getByRole('button', { name: 'Copy command' }).waitFor();
    for (const question of ['KubePodCrashLooping is firing', 'KubePodCrashLooping, still']) {
      await ask(question);
      const answer = page.locator('.answer').last();
      await answer.getByText('Copy answer').waitFor();
      expect(await answer.innerText()).toContain('From the runbooks, word for word');
      expect(await answer.innerText()).not.toContain('not available');
      expect(await answer.locator('.sources').getByRole('link').count()).toBeGreaterThan(1);
    }
    expect((await said(page)).filter((words) => words.includes('The model is not available'))).toHaveLength(
      1,
    );
    expect(await page.locator('#log').getByText('The model is not available').count()).toBe(1);
    const up = { json: { dependencies: { model: { state: 'up', detail: 'There again.' } } } };
    await page.route('**/health', (route) => route.fulfill(up));
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await notice.waitFor({ state: 'hidden' });
  });

  it('a question that nothing can answer gets the reason and may be asked again', async () => {
    watched = await open(browser, jamie.url);
    await ask('xyzzy plugh');
    const answer = watched.page.locator('.answer');
    await answer.getByText('Neither the model nor the runbooks can answer this.').waitFor();
    expect(await answer.locator('.problem code').textContent()).toMatch(/^ollama create /);
    expect((await said(watched.page)).at(-1)).toMatch(/^Neither the model/);
    const asked = watched.page.waitForRequest('**/chat');
    await answer.getByRole('button', { name: 'Try again' }).click();
    expect((await asked).postDataJSON()).toMatchObject({ message: 'xyzzy plugh' });
    await answer.getByText('Neither the model nor the runbooks can answer this.').waitFor();
    expect(await watched.page.locator('.turn').count()).toBe(1);
  });

  it('a Jamie that cannot be reached is told as that, and an answer cut off keeps what had come', async () => {
    watched = await open(browser, jamie.url);
    const { page } = watched;
    await page.route('**/chat', (route) => route.abort('connectionrefused'), { times: 1 });
    await ask('KubePodCrashLooping');
    const answer = page.locator('.answer').last();
    await answer.getByText('Jamie cannot be reached.').waitFor();
    const cut = {
      contentType: 'text/event-stream',
      body: 'event: text-delta\ndata: {"text":"Half an answer"}\n\nevent: text-del',
    };
    await page.route('**/chat', (route) => route.fulfill(cut), { times: 1 });
    await ask('KubePodCrashLooping');
    await answer.getByText('The connection to Jamie was lost before the answer was complete.').waitFor();
    expect(await answer.locator('.text').innerText()).toBe('Half an answer');
  });
});

describe('with API keys', () => {
  let jamie: TestJamie;
  beforeAll(async () => {
    jamie = await startTestJamie({ API_KEYS: 'right-key', RATE_LIMIT_PER_MINUTE: '2' });
  });
  afterAll(() => jamie.close());

  it('the page asks for one, keeps it for this tab alone, and sends it', async () => {
    watched = await open(browser, jamie.url);
    const { page } = watched;
    const dialog = page.getByRole('dialog', { name: 'This Jamie asks for an API key' });
    await dialog.getByRole('textbox', { name: 'API key' }).fill('wrong-key');
    await page.keyboard.press('Enter');
    await dialog.getByText('That key was not accepted.').waitFor();
    await dialog.getByRole('textbox', { name: 'API key' }).fill('right-key');
    await page.keyboard.press('Enter');
    await page.getByText(/\d+ runbooks/).waitFor();
    await ask('KubePodCrashLooping');
    await page.locator('.answer').getByText('Copy answer').waitFor();
    await page.reload();
    await page.getByText(/\d+ runbooks/).waitFor({ state: 'attached' });
    expect(await dialog.count()).toBe(0);
    expect(
      await page.evaluate('JSON.stringify(localStorage) + document.cookie + location.href'),
    ).not.toContain('key');
    const other = await page.context().newPage();
    await other.goto(`${jamie.url}/runbooks`);
    await other.getByRole('dialog', { name: 'This Jamie asks for an API key' }).waitFor();
  });

  it('who gives none is told that one is needed, and is asked again with the next question', async () => {
    watched = await open(browser, jamie.url);
    const { page } = watched;
    const dialog = page.getByRole('dialog', { name: 'This Jamie asks for an API key' });
    await dialog.getByRole('button', { name: 'Not now' }).click();
    await ask('KubePodCrashLooping');
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.answer').getByText('An API key is needed').waitFor();
  });

  it('too many questions are refused with the time to wait', async () => {
    watched = await open(browser, jamie.url);
    const { page } = watched;
    await page.getByRole('textbox', { name: 'API key' }).fill('right-key');
    await page.keyboard.press('Enter');
    await page.getByText(/\d+ runbooks/).waitFor();
    for (let asked = 1; asked <= 3; asked += 1) {
      await ask('KubePodCrashLooping');
      await page
        .locator('.answer')
        .nth(asked - 1)
        .getByText(/Copy answer|Try again/)
        .first()
        .waitFor();
    }
    await page
      .locator('.answer')
      .getByText(/More than 2 requests in a minute. Try again in \d+ s/)
      .last()
      .waitFor();
  });
});
