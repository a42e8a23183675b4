// `npm run screenshots`: draws the pictures of the pages in docs/images with Debian's chromium, fonts-inter and
// fonts-jetbrains-mono. CHROMIUM names another browser.
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { startJamie, startStandIn, stop } from '../bench/processes.mjs';
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

prepare();
const standIn = await startStandIn('--text', answer);
const jamie = await startJamie(standIn.url);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
});
const wide = { viewport: { width: 1160, height: 940 } };
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };
try {
  await draw('web-light', '/', { ...wide, colorScheme: 'light' }, ask);
  await draw('web-dark', '/', { ...wide, colorScheme: 'dark' }, ask);
  await draw('web-phone', '/', { ...phone, colorScheme: 'light' }, ask);
  await draw('runbooks', '/runbooks?query=disk+is+full', wide, (page) => page.locator('.entries').waitFor());
} finally {
  await browser.close();
  await stop(jamie, standIn);
}

async function draw(name, path, options, reach) {
  const context = await browser.newContext({ reducedMotion: 'reduce', deviceScaleFactor: 1.5, ...options });
  const page = await context.newPage();
  await page.goto(`${jamie.url}${path}`);
  await reach(page);
  await page.screenshot({ path: join(root, `docs/images/${name}.png`) });
  await context.close();
}

async function ask(page) {
  await page.getByLabel('Your question').fill(question);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Copy answer').waitFor();
}
