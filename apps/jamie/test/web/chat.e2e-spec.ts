import { OllamaStandIn, ollamaAnswer, ollamaFailures } from '@jamie/testing';
import type { Browser, Page } from 'playwright-core';
import { type TestJamie, startTestJamie } from '../harness';
import { type WatchedPage, close, open, patienceMs, said, startBrowser } from './browser';

jest.setTimeout(patienceMs);

const crashLooping = 'KubePodCrashLooping is firing, what do I do?';
const written = [
  '## First\n\nRead the **previous** logs [1].\n\n',
  '```bash\nkubectl logs "$POD" --previous\n```\n\n',
  '| code | meaning |\n| --- | --- |\n| 137 | killed |\n\n',
  '- one\n- two, at [the docs](https://kubernetes.io/docs/)\n',
];

let browser: Browser;
let ollama: OllamaStandIn;
let jamie: TestJamie;
let watched: WatchedPage;
let page: Page;

beforeAll(async () => {
  ollama = await OllamaStandIn.start({ parallel: 4 });
  jamie = await startTestJamie({ OLLAMA_URL: ollama.url, OLLAMA_MAX_IN_FLIGHT: '4' });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  await jamie.close();
  await ollama.stop();
});
beforeEach(async () => {
  ollama.script(ollamaAnswer(written));
  watched = await open(browser, jamie.url);
  page = watched.page;
});
afterEach(() => close(watched));

const send = () => page.locator('#send');
const turns = () => page.locator('.turn');
const answer = () => page.locator('.answer').last();

async function ask(question = crashLooping): Promise<void> {
  await page.getByLabel('Your question').fill(question);
  await page.keyboard.press('Enter');
}

const focused = (property: 'id' | 'className' | 'textContent'): Promise<string> =>
  page.evaluate(`document.activeElement.${property}`);

async function tabTo(words: string): Promise<void> {
  for (let step = 0; step < 20 && (await focused('textContent')) !== words; step += 1)
    await page.keyboard.press('Tab');
}

const answered = () => answer().getByText('Copy answer').waitFor();

describe('a question on the page', () => {
  it('is answered while the model writes, as Markdown', async () => {
    const { promise, resolve: finish } = deferred();
    ollama.next(ollamaAnswer(written, { endAfter: promise }));
    await ask();
    await answer().getByRole('heading', { name: 'First', level: 3 }).waitFor();
    await answer().getByRole('cell', { name: 'killed' }).waitFor();
    expect(await send().textContent()).toBe('Stop');
    expect(await page.getByRole('heading', { name: crashLooping, level: 2 }).isVisible()).toBe(true);
    finish();
    await answered();
    expect(await send().textContent()).toBe('Send');
    expect(await answer().locator('.text strong').textContent()).toBe('previous');
    expect(await answer().locator('pre code').textContent()).toBe('kubectl logs "$POD" --previous');
    expect(await answer().locator('.facts').textContent()).toMatch(/^bruno-sre (at once|in \d+\.\d s)/);
    expect(await page.getByLabel('Your question').inputValue()).toBe('');
  });

  it('has links that say where they lead and give nothing away', async () => {
    await ask();
    await answered();
    const link = answer().getByRole('link', { name: 'the docs' });
    expect(await link.getAttribute('href')).toBe('https://kubernetes.io/docs/');
    expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
    expect(await answer().locator('.text').innerText()).toContain('(kubernetes.io)');
  });

  it('copies code', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await ask();
    await answered();
    await answer().getByRole('button', { name: 'Copy', exact: true }).click();
    await answer().getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe('kubectl logs "$POD" --previous');
  });

  it('shows what it rests on: a source opens the text of the runbook, at its section', async () => {
    await ask();
    await answered();
    const citation = answer().getByRole('link', { name: /^Source 1: KubePodCrashLooping/ });
    await citation.click();
    const dialog = page.getByRole('dialog', { name: 'KubePodCrashLooping' });
    await dialog.getByRole('heading', { name: 'Mitigation' }).waitFor();
    await dialog.getByText('kubectl rollout undo').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await focused('className')).toBe('citation');
    await answer().locator('.sources').getByRole('link').first().click();
    await dialog.getByRole('link', { name: 'Open as a page' }).click();
    await page.waitForURL(/\/runbooks\/kubernetes\/workloads\/KubePodCrashLooping\.md#/);
    await page.goBack();
    await answered();
  });

  it('is stopped, and so is the model', async () => {
    ollama.next(ollamaFailures.stallAfter('Half ', 'an answer'));
    const arrived = ollama.journal.next('chat');
    await ask();
    await answer().getByText('Half an answer').waitFor();
    await page.keyboard.press('Escape');
    const entry = await arrived;
    await ollama.journal.until(() => entry.state === 'cancelled', patienceMs);
    await answer().getByText('Stopped.').waitFor();
    expect(await focused('id')).toBe('message');
    await answer().getByRole('button', { name: 'Try again' }).click();
    await answered();
    expect(await turns().count()).toBe(1);
  });

  it('goes on with the same conversation after a reload, until a new one is begun', async () => {
    await ask('the host is db-7');
    await answered();
    await page.reload();
    await answered();
    expect(await turns().count()).toBe(1);
    const second = ollama.journal.next('chat');
    await ask('which host?');
    expect(JSON.stringify((await second).body)).toContain('db-7');
    await page.getByRole('button', { name: 'New conversation' }).click();
    await page.getByText('What is broken?').waitFor();
    const third = ollama.journal.next('chat');
    await ask('which host?');
    expect(JSON.stringify((await third).body)).not.toContain('db-7');
    expect(await turns().count()).toBe(1);
  });

  it('that was left in the middle says so after a reload, and keeps what had come', async () => {
    ollama.next(ollamaFailures.stallAfter('Half ', 'an answer'));
    await ask();
    await answer().getByText('Half an answer').waitFor();
    await page.reload();
    await answer().getByText('Left before the answer was complete.').waitFor();
    expect(await answer().locator('.text').innerText()).toBe('Half an answer');
  });

  it('is judged, with a reason when the answer did not help', async () => {
    await ask();
    await answered();
    const given = page.waitForRequest('**/feedback');
    await answer().getByRole('button', { name: 'Not helpful' }).click();
    await page.keyboard.type('it names the wrong pod');
    await page.keyboard.press('Enter');
    await answer().getByText('Thank you.').waitFor();
    expect((await given).postDataJSON()).toEqual({
      answer_id: expect.any(String),
      verdict: 'bad',
      reason: 'it names the wrong pod',
    });
    expect(await focused('className')).toBe('feedback');
  });

  it('may bring context along', async () => {
    await page.getByRole('button', { name: 'Add context' }).click();
    await page.getByLabel(/^Context/).fill('OOMKilled, exit code 137');
    const arrived = ollama.journal.next('chat');
    await ask();
    expect(JSON.stringify((await arrived).body)).toContain('OOMKilled, exit code 137');
    await page.getByText('24 characters of context').click();
    expect(await page.getByRole('group', { name: 'Context' }).textContent()).toBe('OOMKilled, exit code 137');
  });

  it('is held back when it is too long, with the figure, and nothing is lost', async () => {
    await ask('x'.repeat(8001));
    await page
      .getByRole('alert')
      .getByText('The question has 8,001 characters; 8,000 is the most.')
      .waitFor();
    expect(await turns().count()).toBe(0);
    expect((await page.getByLabel('Your question').inputValue()).length).toBe(8001);
  });
});

describe('the keyboard alone', () => {
  it('is enough', async () => {
    expect(await focused('id')).toBe('message');
    await page.keyboard.type('first line');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('second line');
    const arrived = ollama.journal.next('chat');
    await page.keyboard.press('Enter');
    expect(JSON.stringify((await arrived).body)).toContain('first line\\nsecond line');
    await answered();
    expect(await focused('id')).toBe('message');
    await page.reload();
    await answered();
    await tabTo('Skip to the question');
    const walked = [];
    for (let step = 0; step < 4; step += 1) {
      await page.keyboard.press('Tab');
      walked.push(await focused('textContent'));
    }
    expect(walked).toEqual(['Jamie', 'Chat', 'Runbooks', 'New conversation']);
  });

  it('shows where it is', async () => {
    await tabTo('Skip to the question');
    const skip = page.getByRole('link', { name: 'Skip to the question' });
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    expect((await skip.boundingBox())?.y).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Enter');
    expect(await focused('id')).toBe('message');
  });

  it('composes characters with Enter without sending them', async () => {
    await page.getByLabel('Your question').fill('こんにち');
    await page.evaluate(`document.getElementById('message').dispatchEvent(
      new KeyboardEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))`);
    expect(await turns().count()).toBe(0);
    await page.keyboard.press('Enter');
    await answered();
  });
});

describe('a screen reader', () => {
  it('is told what happens and the finished answer, not every word of it', async () => {
    ollama.next(ollamaAnswer('Read the previous logs of it.'));
    await ask();
    await answered();
    const words = await said(page);
    expect(words.at(-1)).toBe('Read the previous logs of it.');
    expect(words.filter((line) => line.startsWith('Read'))).toHaveLength(1);
    expect(words.length).toBeGreaterThan(1);
    expect(await page.getByRole('log').getAttribute('aria-live')).toBe('off');
  });
});

describe('an answer that means harm', () => {
  const hostile = [
    '<img src="https://evil.example/x.png" onerror="window.harmed = 1">',
    '<script>window.harmed = 2</script>',
    '<iframe srcdoc="<script>parent.harmed = 3</script>"></iframe>',
    '[click](javascript:window.harmed=4) [data](data:text/html,<script>window.harmed=5</script>)',
    '[vb](vbscript:x) [tab](java&#x09;script:window.harmed=6) [user](https://kubernetes.io@evil.example/)',
    '![picture](https://evil.example/y.png?secret=1) <a href="javascript:window.harmed=7">a</a>',
    '<svg onload="window.harmed=8"><style>body{display:none}</style></svg> @everyone <!channel> <@U123>',
    '[1](https://evil.example/one) &lt;b&gt;',
    `${'>'.repeat(300)} deep ${'*'.repeat(50)}`,
  ].join('\n\n');

  it('does nothing', async () => {
    ollama.next(ollamaAnswer(hostile));
    await ask();
    await answered();
    const text = answer().locator('.text');
    for (const tag of ['img', 'script', 'iframe', 'svg', 'style', 'form', 'object'])
      expect([tag, await text.locator(tag).count()]).toEqual([tag, 0]);
    const links: readonly string[] = await page.evaluate(
      '[...document.querySelectorAll(".text a")].map((link) => link.href)',
    );
    expect(links).toEqual(['https://evil.example/y.png?secret=1', 'https://evil.example/one']);
    expect(await text.innerText()).toContain('1 (evil.example)');
    expect(await text.innerText()).toContain(
      '<img src="https://evil.example/x.png" onerror="window.harmed = 1">',
    );
    expect(await text.innerText()).toContain('@everyone <!channel> <@U123>');
    expect(await text.innerText()).toContain('<b>');
    await text.getByText('click', { exact: false }).first().click();
    expect(await page.evaluate('window.harmed')).toBeUndefined();
  });

  it('finds no string that becomes markup or code, whoever tries', async () => {
    // The browser complains aloud, so on a page of its own.
    const other = await open(browser, jamie.url);
    const attempt = (code: string) =>
      other.page.evaluate(`(() => { try { ${code}; return 'done' } catch (error) { return error.name } })()`);
    expect(await attempt(`document.body.innerHTML = '<p>x</p>'`)).toBe('TypeError');
    expect(await attempt(`trustedTypes.createPolicy('x', {})`)).toBe('TypeError');
    expect(await attempt(`document.createElement('script').src = '/x.js'`)).toBe('TypeError');
    await other.page.context().close();
  });
});

describe('the reader of server-sent events', () => {
  const stream =
    'event: status\ndata: {"text":"ä€😀"}\n\n: still here\n\nevent: text-delta\r\ndata: a\r\ndata: b\r\n\r\ndata: c\n\nevent: cut';
  const expected = [
    { event: 'status', data: '{"text":"ä€😀"}' },
    { event: 'text-delta', data: 'a\nb' },
    { event: 'message', data: 'c' },
  ];

  it('reads the same events however the bytes are cut', async () => {
    const read = await page.evaluate(`(async () => {
      const address = document.querySelector('link[href$="/sse.js"]').href;
      const { readEvents } = await import(address);
      const bytes = new TextEncoder().encode(${JSON.stringify(stream)});
      const results = [];
      for (let size = 1; size <= bytes.length; size += 1) {
        const body = new ReadableStream({
          start(controller) {
            for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
            controller.close();
          },
        });
        const events = [];
        for await (const event of readEvents(body)) events.push(event);
        results.push(JSON.stringify(events));
      }
      return [...new Set(results)];
    })()`);
    expect(read).toEqual([JSON.stringify(expected)]);
  });
});

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
