import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openVisitor, skipWithoutBrowser, startBrowser } from '#test/helpers/browser.ts';
import { type Program, startProgram } from '#test/helpers/start-program.ts';
import { ensureRedoc } from '#web/fetch-redoc.ts';

describe('the documentation of the API', { skip: skipWithoutBrowser }, () => {
  let browser: Browser;
  let dataFolder: string;
  let program: Program;
  before(async () => {
    await ensureRedoc();
    dataFolder = await mkdtemp(join(tmpdir(), 'career-mentor-test-'));
    [program, browser] = await Promise.all([startProgram({ dataFolder }), startBrowser()]);
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
    await rm(dataFolder, { recursive: true, force: true });
  });

  test('at /docs can be tried out, within its policy and with nothing from elsewhere', async () => {
    const { page, context, troubles } = await openVisitor(browser, program.origin);
    await page.goto(`${program.origin}/docs`);
    const operation = page.locator('#operations-knowledge-searchKnowledge');
    await operation.locator('button.opblock-summary-control').click();
    await operation.locator('input[placeholder="q"]').fill('system design interview');
    await operation.getByRole('button', { name: 'Execute' }).click();
    const answer = operation.locator('.live-responses-table .response').first();
    await answer.waitFor();
    assert.match((await answer.textContent()) ?? '', /^\s*200[\s\S]*"documentId"/);
    const shot = process.env['SCREENSHOT_FOLDER'];
    if (shot !== undefined)
      await page.screenshot({ path: join(shot, 'docs.png'), fullPage: false });
    assert.deepEqual(troubles, []);
    await context.close();
  });

  test('at /redoc can be read, within its policy and with nothing from elsewhere', async () => {
    const { page, context, troubles } = await openVisitor(browser, program.origin);
    await page.goto(`${program.origin}/redoc`);
    await page.getByRole('heading', { name: 'Ask a question' }).waitFor();
    // Styled, and not a heap of text: the menu stands beside the description.
    const menu = await page.locator('.menu-content').boundingBox();
    const content = await page.locator('.api-content').boundingBox();
    assert.ok(menu && content && menu.x + menu.width <= content.x + 1);
    const shot = process.env['SCREENSHOT_FOLDER'];
    if (shot !== undefined) await page.screenshot({ path: join(shot, 'redoc.png') });
    assert.deepEqual(troubles, []);
    await context.close();
  });
});
