import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import {
  composerOf,
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

describe('the chat page on a small screen', { skip: skipWithoutBrowser }, () => {
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

  test('the way to the rest cuts into no line: it is as wide as the text, and ends the view', async () => {
    for (const viewport of [
      { width: 390, height: 844 },
      { width: 768, height: 480 },
    ]) {
      const { context, page } = await visit({ viewport, isMobile: true, hasTouch: true });
      await say(page, 'a question');
      const button = page.getByRole('button', { name: 'More below' });
      await button.waitFor();
      const [answer, way] = [
        await page.locator('.webchat__basic-transcript__scrollable').boundingBox(),
        await button.boundingBox(),
      ];
      assert.ok(answer && way);
      const lines = await page.locator('.webchat__text-content__markdown').last().boundingBox();
      assert.ok(lines && way.x <= lines.x && way.x + way.width >= lines.x + lines.width);
      assert.equal(way.y + way.height, answer.y + answer.height, 'it ends the view');
      const paint = await page.evaluate<string>(
        "getComputedStyle(document.querySelector('.webchat__scroll-to-end-button')).backgroundColor",
      );
      assert.match(paint, /^rgb\(/, 'nothing shines through');
      assert.ok(way.height >= 44);
      await context.close();
    }
  });

  test('on a phone each choice can be read whole and hit with a finger', async () => {
    for (const width of [320, 390]) {
      const viewport = { width, height: 844 };
      const { context, page } = await visit({ viewport, isMobile: true, hasTouch: true });
      const choices = page.getByRole('toolbar').getByRole('button');
      await choices.nth(2).waitFor();
      for (const choice of await choices.all()) {
        const box = await choice.boundingBox();
        assert.ok(box && box.x >= 0 && box.x + box.width <= width, `at ${width} pixels`);
        assert.ok(box.height >= 44);
      }
      await say(page, 'a question');
      await firstSourceOf(page).click();
      const parts = '.ac-pushButton, .ac-selectable, .webchat__thumb-button';
      for (const part of await transcriptOf(page).locator(parts).all()) {
        const box = await part.boundingBox();
        if (box !== null) assert.ok(box.height >= 44, (await part.textContent()) ?? '');
      }
      const number = await page
        .locator('.webchat__render-markdown__citation')
        .first()
        .boundingBox();
      assert.ok(number && number.width >= 24 && number.height >= 24);
      await context.close();
    }
  });

  test('a narrow phone shows everything without scrolling sideways, the composer last and whole', async () => {
    for (const width of [320, 360]) {
      const { context, page } = await visit({ viewport: { width, height: 640 }, isMobile: true });
      await say(page, 'a question');
      await firstSourceOf(page).click();
      const thumb = page.locator('.webchat__thumb-button').last();
      await thumb.scrollIntoViewIfNeeded();
      const overflow = await page.evaluate<number>(
        'Math.max(...[document.documentElement, ...document.querySelectorAll(".webchat__basic-transcript__scrollable")].map((part) => part.scrollWidth - part.clientWidth))',
      );
      assert.equal(overflow, 0, `at ${width} pixels`);
      const composer = await composerOf(page).boundingBox();
      const last = await thumb.boundingBox();
      assert.ok(composer && last);
      assert.ok(composer.y + composer.height <= 640);
      assert.ok(last.y + last.height <= composer.y, 'the answer ends above the composer');
      await context.close();
    }
  });

  test('on a phone on its side, and with letters four times as large, the answer has room', async () => {
    for (const viewport of [
      { width: 844, height: 390 },
      { width: 390, height: 460 },
      { width: 320, height: 256 },
    ]) {
      const { context, page } = await visit({ viewport });
      await say(page, 'a question');
      await page.getByRole('button', { name: 'More below' }).waitFor();
      const view = page.locator('.webchat__basic-transcript__scrollable');
      const box = await view.boundingBox();
      const way = await page.getByRole('button', { name: 'More below' }).boundingBox();
      const room = (box?.height ?? 0) - (way?.height ?? 0);
      assert.ok(room >= viewport.height / 3, `${room} of ${viewport.height}`);
      await composerOf(page).scrollIntoViewIfNeeded();
      const composer = await composerOf(page).boundingBox();
      assert.ok(composer && composer.y + composer.height <= viewport.height);
      await context.close();
    }
  });
});
