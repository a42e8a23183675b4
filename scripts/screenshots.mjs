// `npm run screenshots`: draws the pictures in docs/images with Debian's chromium, fonts-inter and
// fonts-jetbrains-mono. CHROMIUM names another browser; names of pictures choose among them.
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startJamie, startStandIn, stop } from '../bench/processes.mjs';
import { slackThread } from './pictures/slack-thread.mjs';
import { threadPage } from './pictures/thread-page.mjs';
import { prepare, root } from './prepare.mjs';

const question = 'KubePodCrashLooping is firing for checkout. What do I do?';
const answer = `The container starts, dies and is started again. The reason is in its **last exit**, not in the attempt that runs now [1].

1. Read the exit code and the reason of the last exit [4]:

   \`\`\`bash
   kubectl describe pod "$POD" -n "$NAMESPACE"
   \`\`\`

2. Read the log of the dead attempt: \`kubectl logs "$POD" --previous\` [4].

| Exit code | What it says | Next step |
| --- | --- | --- |
| 1 or 2 | Error of the application | Read the last lines of the log |
| 137 | Killed: \`OOMKilled\`, or the liveness probe | Compare memory with its limit [5] |
| 143 | Asked to end | Look for a deploy or a drain |

If it began with a deploy, roll back first and search afterwards [5]:

\`\`\`bash
kubectl rollout undo deployment/"$DEPLOYMENT" -n "$NAMESPACE"
\`\`\`
`;

const turns = [
  {
    author: 'onCall',
    question: '@jamie KubePodCrashLooping is firing for checkout. What do I do?',
    answer: `The container starts, dies and is started again. Why it died stands in its **last exit** [1].

1. Read exit code and reason: \`kubectl describe pod "$POD" -n "$NAMESPACE"\` [1].
2. Read the log of the dead attempt: \`kubectl logs "$POD" -n "$NAMESPACE" --previous\` [1].
3. If it began with a deploy, roll back first and search afterwards:

   \`\`\`bash
   kubectl rollout undo deployment/"$DEPLOYMENT" -n "$NAMESPACE"
   \`\`\`
`,
  },
  {
    author: 'engineer',
    question: 'it says OOMKilled, exit code 137. what now?',
    answer: `Its memory reached the limit [1]. Compare the two, and raise the limit if the use is what it should be:

\`\`\`bash
kubectl top pod "$POD" -n "$NAMESPACE" --containers
\`\`\`
`,
  },
];

prepare();
const wanted = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
});
try {
  await drawPages();
  await drawThread();
} finally {
  await browser.close();
}

async function drawPages() {
  const standIn = await startStandIn('--text', answer);
  const jamie = await startJamie(standIn.url);
  const wide = { viewport: { width: 1160, height: 940 } };
  const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
  const at = (path, reach) => async (page) => {
    await page.goto(`${jamie.url}${path}`);
    await reach(page);
  };
  try {
    await draw('web-light', { ...wide, colorScheme: 'light' }, at('/', ask));
    await draw('web-dark', { ...wide, colorScheme: 'dark' }, at('/', ask));
    await draw('web-phone', { ...phone, colorScheme: 'light' }, at('/', ask));
    const found = (page) => page.locator('.entries').waitFor();
    await draw('runbooks', wide, at('/runbooks?query=disk+is+full', found));
  } finally {
    await stop(jamie, standIn);
  }
}

async function drawThread() {
  const page = threadPage('ops', await slackThread('ops', turns));
  for (const colorScheme of ['light', 'dark'])
    await draw(
      `slack-thread-${colorScheme}`,
      { viewport: { width: 760, height: 400 }, colorScheme },
      (shown) => shown.setContent(page),
      { fullPage: true },
    );
}

async function draw(name, options, reach, shot = {}) {
  if (wanted.length > 0 && !wanted.includes(name)) return;
  const context = await browser.newContext({ reducedMotion: 'reduce', deviceScaleFactor: 1.5, ...options });
  const page = await context.newPage();
  await reach(page);
  await page.screenshot({ path: join(root, `docs/images/${name}.png`), ...shot });
  await context.close();
}

async function ask(page) {
  await page.getByLabel('Your question').fill(question);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Copy answer').waitFor();
}
