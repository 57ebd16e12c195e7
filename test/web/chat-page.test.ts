import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page, Route, WebSocketRoute } from 'playwright-core';
import {
  firstSourceOf,
  openVisitor,
  say,
  skipWithoutBrowser,
  startBrowser,
  transcriptOf,
} from '#test/helpers/browser.ts';
import type { BotHost } from '#test/helpers/start-bot-host.ts';
import { startChatHost } from '#test/helpers/start-chat-host.ts';
import { ensureWebChat } from '#web/fetch-web-chat.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe('the chat page', { skip: skipWithoutBrowser }, () => {
  let folder: string;
  let host: BotHost;
  let browser: Browser;

  before(async () => {
    await ensureWebChat();
    folder = await mkdtemp(join(tmpdir(), 'career-mentor-test-'));
    host = await startChatHost({ folder });
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await host?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function visit(options = {}) {
    const visitor = await openVisitor(browser, host.url, options);
    await visitor.page.goto(host.url);
    await transcriptOf(visitor.page).getByText('Hello, I am Career Mentor').waitFor();
    return visitor;
  }

  test('an answer comes with what is being done, the text, and a card, without one error', async () => {
    const { context, page, troubles } = await visit();
    await say(page, 'how do i get into ai enginering');
    await page.locator('.stage', { hasText: 'Searching 100 articles' }).waitFor();
    assert.equal(await page.locator('#stage').textContent(), 'Searching 100 articles ...');
    await transcriptOf(page).getByText('The shortest way from backend work').waitFor();
    await firstSourceOf(page).waitFor();
    assert.equal(await page.locator('#stage').textContent(), '');
    assert.equal(await page.locator('.stage').count(), 0);
    assert.equal(
      await transcriptOf(page).getByText('The shortest way from backend work').count(),
      1,
      'the streamed text and the final text are one',
    );
    assert.deepEqual(troubles, []);
    await context.close();
  });

  test('the beginning of a long answer stays in view, and a button leads to the rest', async () => {
    const { context, page } = await visit({ viewport: { width: 375, height: 560 } });
    for (const question of ['first question', 'second question']) {
      await say(page, question);
      const asked = transcriptOf(page).getByText(question).last();
      await asked.waitFor();
      await page.locator('.stage').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'More below' }).first().waitFor();
      const top = (await asked.boundingBox())?.y ?? -1;
      assert.ok(top > 0 && top < 300, `${question} stands at ${top}`);
    }
    await page.getByRole('button', { name: 'More below' }).first().click();
    await page.getByRole('button', { name: 'More below' }).first().waitFor({ state: 'detached' });
    await context.close();
  });

  test('a full stop stays with the number before it', async () => {
    const { context, page } = await visit();
    await say(page, 'how do i get into ai');
    await firstSourceOf(page).waitFor();
    const texts = await transcriptOf(page).locator('.unbroken').allTextContents();
    assert.ok(texts.length > 0 && texts.every((text) => /^\d+[.,]/.test(text)), texts.join());
    await context.close();
  });

  test('a source unfolds in place, and a number in the text opens its passage', async () => {
    const { context, page } = await visit();
    await say(page, 'a question');
    const passage = transcriptOf(page).getByText('Leave frameworks aside').first();
    const source = firstSourceOf(page);
    await source.waitFor();
    assert.equal(await passage.isVisible(), false);
    await source.click();
    assert.equal(await passage.isVisible(), true);
    assert.equal(await source.getAttribute('aria-expanded'), 'true');
    await page.locator('.webchat__render-markdown__citation').first().click();
    await page.getByRole('dialog').getByText('Leave frameworks aside').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').getByText('Leave frameworks aside').waitFor({ state: 'hidden' });
    await context.close();
  });

  test('a reload shows the same conversation, and a new conversation an empty one', async () => {
    const { context, page } = await visit();
    await say(page, 'repeat: the first conversation');
    await transcriptOf(page).getByText('the first conversation', { exact: true }).waitFor();
    await page.reload();
    await transcriptOf(page).getByText('the first conversation', { exact: true }).waitFor();
    assert.equal(await transcriptOf(page).getByText('Hello, I am Career Mentor').count(), 1);
    await page.getByRole('button', { name: 'New conversation' }).click();
    await transcriptOf(page)
      .getByText('the first conversation')
      .first()
      .waitFor({ state: 'detached' });
    await transcriptOf(page).getByText('Hello, I am Career Mentor').waitFor();
    await say(page, 'repeat: the second conversation');
    await transcriptOf(page).getByText('the second conversation', { exact: true }).waitFor();
    await context.close();
  });

  test('a reload of a long conversation ends at its newest question', async () => {
    const { context, page } = await visit({ viewport: { width: 390, height: 640 } });
    const cards = transcriptOf(page).locator('.ac-adaptiveCard');
    for (let count = 1; count <= 4; count += 1) {
      await say(page, `question ${count}`);
      await cards.nth(count - 1).waitFor();
    }
    await page.routeWebSocket(/\/stream/, comeInTwoParts);
    await page.reload();
    const newest = page.locator('.webchat__bubble--from-user', { hasText: 'question 4' });
    await cards.nth(3).waitFor();
    const topOf = async () => (await newest.boundingBox())?.y ?? -1;
    for (let tries = 0; tries < 50 && !((await topOf()) < 300); tries += 1)
      await page.waitForTimeout(100);
    const top = await topOf();
    assert.ok(top > 0 && top < 300, `it stands at ${top}`);
    await context.close();
  });

  test('two people do not see each other, and two tabs of one person see the same', async () => {
    const one = await visit();
    await say(one.page, 'repeat: mine alone');
    await transcriptOf(one.page).getByText('mine alone', { exact: true }).waitFor();
    const other = await visit();
    assert.equal(await transcriptOf(other.page).getByText('mine alone').count(), 0);
    const tab = await one.context.newPage();
    await tab.goto(host.url);
    await transcriptOf(tab).getByText('mine alone', { exact: true }).waitFor();
    await say(tab, 'repeat: from the second tab');
    await transcriptOf(one.page).getByText('from the second tab', { exact: true }).waitFor();
    await one.context.close();
    await other.context.close();
  });

  test('a restarted server is found again without a reload', async () => {
    const { context, page } = await visit();
    await say(page, 'repeat: before the restart');
    await transcriptOf(page).getByText('before the restart', { exact: true }).waitFor();
    const { port } = host;
    await host.stop();
    await page.getByRole('status').getByText('Reconnecting').waitFor();
    host = await startChatHost({ folder, port });
    await page.getByRole('status').getByText('Reconnecting').waitFor({ state: 'hidden' });
    await say(page, 'repeat: after the restart');
    await transcriptOf(page).getByText('after the restart', { exact: true }).waitFor();
    assert.equal(
      await transcriptOf(page).getByText('before the restart', { exact: true }).count(),
      1,
    );
    await context.close();
  });

  test('an expired token is replaced without a word', async () => {
    const { context, page } = await visit();
    let refused = 0;
    const refuse = (route: Route) => {
      refused += 1;
      const error = { code: 'TokenExpired', message: 'Token has expired' };
      return route.fulfill({ status: 403, json: { error } });
    };
    await page.route('**/activities', refuse, { times: 1 });
    await say(page, 'repeat: with the old token');
    await transcriptOf(page).getByText('with the old token', { exact: true }).waitFor();
    assert.equal(refused, 1);
    await context.close();
  });

  test('being offline is said, and over when the network is back', async () => {
    const { context, page } = await visit();
    await context.setOffline(true);
    await page.getByRole('status').getByText('You are offline').waitFor();
    await context.setOffline(false);
    await page.getByRole('status').getByText('You are offline').waitFor({ state: 'hidden' });
    await say(page, 'repeat: back again');
    await transcriptOf(page).getByText('back again', { exact: true }).waitFor();
    await context.close();
  });

  test('"About you" asks for the profile', async () => {
    const { context, page } = await visit();
    await page.getByRole('button', { name: 'About you' }).click();
    await transcriptOf(page).getByText('I do not know anything about you yet').waitFor();
    await context.close();
  });

  test('pictures, scripts and strange links in a text are never rendered', async () => {
    const { context, page, troubles } = await visit();
    const text =
      'repeat: ![secret](https://strange.example/?q=secret) <img src="https://strange.example/a.png"> ' +
      '<script>document.title="broken"</script> [run](javascript:alert(1)) [ours](/articles/a#b) [theirs](https://strange.example/)';
    await say(page, text);
    const reply = transcriptOf(page).locator('.webchat__text-content__markdown', {
      hasText: 'ours',
    });
    await reply.waitFor();
    assert.equal(await reply.locator('img:not([class*="icon"])').count(), 0);
    assert.equal(await reply.locator('script, [href^="javascript"]').count(), 0);
    assert.match((await reply.textContent()) ?? '', /<img src=/, 'HTML stays the text that it was');
    assert.equal(await page.title(), 'Career Mentor');
    const own = reply.getByRole('link', { name: 'ours' });
    assert.equal(await own.getAttribute('href'), `${host.url}/articles/a#b`);
    for (const link of await reply.getByRole('link').all()) {
      assert.equal(await link.getAttribute('target'), '_blank');
      assert.equal(await link.getAttribute('rel'), 'noopener noreferrer');
    }
    assert.deepEqual(troubles, []);
    await context.close();
  });

  test('dark is chosen by the system or by the button, which is remembered', async () => {
    const paper = (page: Page) =>
      page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');
    const { context, page } = await visit({ colorScheme: 'dark' });
    const dark = await paper(page);
    const toggle = page.getByRole('button', { name: 'Dark colours' });
    assert.equal(await toggle.getAttribute('aria-pressed'), 'true');
    await toggle.click();
    const light = await paper(page);
    assert.notEqual(light, dark);
    await page.reload();
    assert.equal(await paper(page), light);
    await context.close();
  });

  test('a question can be asked, a source opened and a follow-up chosen with the keyboard alone', async () => {
    const { context, page } = await visit();
    await tabTo(page, 'textarea');
    await page.keyboard.type('a question');
    await page.keyboard.press('Enter');
    await firstSourceOf(page).waitFor();
    // Web Chat's way: the transcript takes one tab stop, Enter goes into the newest message.
    await tabTo(page, '.webchat__basic-transcript', { backwards: true });
    await page.keyboard.press('Enter');
    await tabTo(page, '[aria-label^="1  From backend"]');
    await page.keyboard.press('Enter');
    assert.equal(
      await transcriptOf(page).getByText('Leave frameworks aside').first().isVisible(),
      true,
    );
    await tabTo(page, '[aria-label="How do I show this on my resume?"]');
    await page.keyboard.press('Enter');
    await transcriptOf(page)
      .locator('.webchat__bubble--from-user', { hasText: 'How do I show this' })
      .waitFor();
    await context.close();
  });

  test('axe finds nothing serious, in light and in dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { context, page } = await visit({ colorScheme });
      const found = [...(await seriousViolations(page))];
      await say(page, 'a question');
      await firstSourceOf(page).click();
      found.push(...(await seriousViolations(page)));
      assert.deepEqual(found, [], colorScheme);
      await context.close();
    }
  });

  test('without Web Chat the page says what to do', async () => {
    const { context, page } = await openVisitor(browser, host.url);
    await page.route('**/vendor/webchat.js*', (route) => route.fulfill({ status: 404, body: '' }));
    await page.goto(host.url);
    await page.getByRole('status').getByText('npm run postinstall').waitFor();
    await context.close();
  });

  test('without a server behind it the page says so and begins when it is there', async () => {
    const { context, page } = await openVisitor(browser, host.url);
    await page.route('**/api/web-chat/session', (route) => route.abort());
    await page.goto(host.url);
    await page.getByRole('status').getByText('cannot be reached').waitFor();
    await page.unroute('**/api/web-chat/session');
    await transcriptOf(page).getByText('Hello, I am Career Mentor').waitFor();
    await page.getByRole('status').getByText('cannot be reached').waitFor({ state: 'hidden' });
    await context.close();
  });
});

/** What was said before comes as two messages, the second a moment after the first was drawn. */
function comeInTwoParts(socket: WebSocketRoute): void {
  const server = socket.connectToServer();
  server.onMessage((message) => {
    const text = message.toString();
    if (text === '') return socket.send(text);
    const { activities, ...set } = JSON.parse(text);
    const half = Math.floor(activities.length / 2);
    socket.send(JSON.stringify({ ...set, activities: activities.slice(0, half) }));
    setTimeout(
      () => socket.send(JSON.stringify({ ...set, activities: activities.slice(half) })),
      1_000,
    );
  });
}

/** Presses Tab until the focus is where the selector says. */
async function tabTo(page: Page, selector: string, { backwards = false } = {}): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    if (await page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`))
      return;
    await page.keyboard.press(backwards ? 'Shift+Tab' : 'Tab');
  }
  assert.fail(`The Tab key never reached ${selector}`);
}

/** Names each serious or critical violation with the elements that have it. */
async function seriousViolations(page: Page): Promise<string[]> {
  // Evaluated, since the page's policy rightly keeps it from being added as a script.
  await page.evaluate(await readFile(axePath, 'utf8'));
  return page.evaluate(`axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
    violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target)))`);
}
