import { mkdtemp } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { startChatHost } from './start-chat-host.ts';

const folder = await mkdtemp('/tmp/chat-dev-');
const host = await startChatHost({ folder });
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
});
async function visit(name: string, options: any) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on('console', (m) => console.log(name, m.type(), m.text().slice(0, 400)));
  page.on('pageerror', (e) => console.log(name, 'pageerror', e.message));
  page.on('requestfailed', (r) => console.log(name, 'failed', r.url(), r.failure()?.errorText));
  const t = performance.now();
  await page.goto(host.url);
  await page
    .getByText('Hello, I am Career Mentor')
    .first()
    .waitFor({ timeout: 15000 })
    .catch((e) => console.log(name, e.message.slice(0, 200)));
  console.log(name, 'greeting ms', Math.round(performance.now() - t));
  await page.waitForTimeout(500);
  await page.screenshot({ path: `/tmp/shots/${name}-greeting.png` });
  await page.locator('textarea').first().fill('how do i get into ai enginering');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(350);
  await page.screenshot({ path: `/tmp/shots/${name}-stage.png` });
  await page
    .locator('.ac-adaptiveCard')
    .first()
    .waitFor({ timeout: 15000 })
    .catch((e) => console.log(name, e.message.slice(0, 200)));
  await page.waitForTimeout(800);
  await page.screenshot({ path: `/tmp/shots/${name}-answer.png` });
  if (process.argv[2] === 'one') console.log(await page.locator('#chat').innerHTML());
  const source = page.getByRole('button', { name: /Source 1/ }).first();
  await source.click({ timeout: 3000 }).catch((e) => console.log(name, e.message.slice(0, 300)));
  await page.waitForTimeout(300);
  await page.screenshot({ path: `/tmp/shots/${name}-passage.png` });
  await page
    .locator('.webchat__render-markdown__citation')
    .first()
    .click({ timeout: 3000 })
    .catch((e) => console.log(name, e.message.slice(0, 300)));
  await page.waitForTimeout(300);
  await page.screenshot({ path: `/tmp/shots/${name}-citation.png` });
  await context.close();
}
await visit('light', { viewport: { width: 1200, height: 900 } });
if (process.argv[2] !== 'one') {
  await visit('dark', { viewport: { width: 1200, height: 900 }, colorScheme: 'dark' });
  await visit('phone', {
    viewport: { width: 360, height: 740 },
    isMobile: true,
    hasTouch: true,
    deviceScaleFactor: 2,
  });
}
await browser.close();
await host.stop();
process.exit(0);
