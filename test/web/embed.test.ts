import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { skipWithoutBrowser, startBrowser } from '#test/helpers/browser.ts';
import type { BotHost } from '#test/helpers/start-bot-host.ts';
import { startChatHost } from '#test/helpers/start-chat-host.ts';
import { ensureWebChat } from '#web/fetch-web-chat.ts';

/** What a careless site does to everything on its pages. */
const theirStyles =
  '* { color: red !important; font-size: 40px !important } button { display: none }';

const readOverflow = 'getComputedStyle(document.documentElement).overflowY';

describe('the embed script', { skip: skipWithoutBrowser }, () => {
  let folder: string;
  let host: BotHost;
  let browser: Browser;
  const sites: Server[] = [];
  let allowedSite: string;
  let strangeSite: string;

  before(async () => {
    await ensureWebChat();
    folder = await mkdtemp(join(tmpdir(), 'career-mentor-test-'));
    allowedSite = await startSite();
    strangeSite = await startSite();
    host = await startChatHost({ folder, allowedOrigins: [allowedSite] });
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    await host?.stop();
    for (const site of sites) site.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** A page of somebody else, at another origin, with a policy of its own that forbids all inline styles and scripts. */
  async function startSite(): Promise<string> {
    const site = createServer((request, response) => {
      const isStyle = request.url === '/style.css';
      response.writeHead(200, {
        'Content-Type': isStyle ? 'text/css' : 'text/html',
        'Content-Security-Policy': `default-src 'none'; style-src 'self'; script-src ${host.url}; frame-src ${host.url}`,
      });
      response.end(
        isStyle
          ? theirStyles
          : `<!doctype html><html lang="en"><title>A site</title><link rel="stylesheet" href="/style.css">
             <meta name="viewport" content="width=device-width"><p>Their page</p>
             <script src="${host.url}/embed.js" defer data-title="Ask a mentor" data-position="left"></script>`,
      );
    });
    sites.push(site);
    site.listen(0, '127.0.0.1');
    await once(site, 'listening');
    return `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  }

  async function visit(site: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto(site);
    return { context, page, bubble: page.getByRole('button', { name: 'Open Ask a mentor' }) };
  }

  test('an allowed site gets a bubble that opens the whole chat, with the focus in it', async () => {
    const { context, page, bubble } = await visit(allowedSite);
    await bubble.click();
    const dialog = page.getByRole('dialog', { name: 'Ask a mentor' });
    await dialog.waitFor();
    const chat = page.frameLocator('iframe');
    const composer = chat.getByPlaceholder('Ask about your career');
    await chat.getByText('Hello, I am Career Mentor').last().waitFor();
    await chat.locator('textarea:focus').waitFor();
    await composer.fill('repeat: said from another site');
    await composer.press('Enter');
    await chat
      .locator('.webchat__basic-transcript__activity-body')
      .getByText('said from another site', { exact: true })
      .waitFor();
    assert.equal(await page.getByText('cannot be shown').isVisible(), false);
    await context.close();
  });

  test('Escape closes it from inside and outside, and the focus goes back to the bubble', async () => {
    const { context, page, bubble } = await visit(allowedSite);
    await bubble.focus();
    await page.keyboard.press('Enter');
    const composer = page.frameLocator('iframe').getByPlaceholder('Ask about your career');
    await composer.click();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    assert.equal(await bubble.evaluate((element) => element.matches(':focus')), true);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Close' }).focus();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await context.close();
  });

  test('it is open on the next page of the same visit, and leaves the focus alone there', async () => {
    const { context, page, bubble } = await visit(allowedSite);
    await bubble.click();
    await page.getByRole('dialog').waitFor();
    await page.reload();
    await page.getByRole('dialog').waitFor();
    assert.equal(await page.evaluate('document.activeElement === document.body'), true);
    await context.close();
  });

  test('neither page’s styles reach the other', async () => {
    const { context, page, bubble } = await visit(allowedSite);
    assert.equal(await bubble.isVisible(), true);
    await bubble.click();
    const sizes = await page.evaluate<string[]>(`[
      document.querySelector('[data-career-mentor]').shadowRoot.querySelector('h2'),
      document.querySelector('p'),
    ].map((element) => getComputedStyle(element).fontSize)`);
    assert.deepEqual(sizes, ['16px', '40px']);
    await context.close();
  });

  test('on a phone it covers the page', async () => {
    const viewport = { width: 360, height: 640 };
    const { context, page, bubble } = await visit(allowedSite, { viewport, isMobile: true });
    await bubble.click();
    const box = await page.getByRole('dialog').boundingBox();
    assert.deepEqual(box, { x: 0, y: 0, ...viewport });
    assert.equal(await page.evaluate(readOverflow), 'hidden', 'nothing scrolls away behind it');
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    assert.equal(await page.evaluate(readOverflow), 'visible');
    await context.close();
  });

  test('a site that is not allowed gets a plain message and a link', async () => {
    const { context, page, bubble } = await visit(strangeSite);
    await bubble.click();
    await page.getByText('cannot be shown on this page').waitFor();
    const link = page.getByRole('link', { name: 'Open it in a new tab' });
    assert.equal(await link.getAttribute('href'), host.url);
    assert.equal(await page.locator('iframe').isVisible(), false);
    await context.close();
  });
});
