import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import {
  composerOf,
  firstSourceOf,
  openVisitor,
  say,
  skipWithoutBrowser,
  startBrowser,
  transcriptOf,
  type Visitor,
} from '#test/helpers/browser.ts';
import { type Program, startProgram } from '#test/helpers/start-program.ts';
import { ensureWebChat } from '#web/fetch-web-chat.ts';

/** A whole visit at the real program, in the order in which a person makes it: each test goes on where the last one ended. */
describe('a visit', { skip: skipWithoutBrowser }, () => {
  let dataFolder: string;
  let program: Program;
  let browser: Browser;
  let visitor: Visitor;
  let page: Page;

  before(async () => {
    await ensureWebChat();
    dataFolder = await mkdtemp(join(tmpdir(), 'career-mentor-test-'));
    program = await startProgram({ dataFolder });
    browser = await startBrowser();
    visitor = await openVisitor(browser, program.origin);
    page = visitor.page;
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
    await rm(dataFolder, { recursive: true, force: true });
  });

  const saw = (text: string | RegExp) => transcriptOf(page).getByText(text).last().waitFor();
  /** Does something that leads to an answer, and waits until its card is there. */
  const untilAnswered = async (act: () => Promise<void>) => {
    const sourceLists = transcriptOf(page).getByText('Sources', { exact: true });
    const listsBefore = await sourceLists.count();
    await act();
    await sourceLists.nth(listsBefore).waitFor();
  };
  const suggestion = (name: string | RegExp) =>
    page.getByRole('toolbar').getByRole('button', { name }).first();

  test('the mentor greets once, as an AI, and offers starters', async () => {
    await page.goto(program.origin);
    await saw('Hello, I am Career Mentor, an AI');
    await suggestion(/\?$/).waitFor();
    assert.ok((await page.getByRole('toolbar').getByRole('button').count()) >= 3);
    assert.match((await page.getByRole('banner').textContent()) ?? '', /from \d+ articles/);
  });

  test('a starter is answered with numbered sources and a next step', async () => {
    await untilAnswered(() => suggestion(/\?$/).click());
    await saw('Next step:');
    await page.locator('.webchat__render-markdown__citation').first().waitFor();
    assert.ok((await page.getByRole('button', { name: /show or hide the passage/ }).count()) >= 1);
  });

  test('the passage unfolds in place and opens from the number in the text', async () => {
    await firstSourceOf(page).click();
    const passage = page.locator('[id^="passage-"]:visible').first();
    await passage.waitFor();
    await page.locator('.webchat__render-markdown__citation').first().click();
    const popUp = page.locator('dialog[open]');
    await popUp.waitFor();
    const article = popUp.getByRole('link').first();
    assert.match((await article.getAttribute('href')) ?? '', /\/articles\/[a-z-]+#/);
    await page.keyboard.press('Escape');
    await popUp.waitFor({ state: 'detached' });
  });

  test('the link of a source opens the article at the cited section', async () => {
    const opened = visitor.context.waitForEvent('page');
    await page
      .getByRole('button', { name: 'Open the article' })
      .locator('visible=true')
      .first()
      .click();
    const article = await opened;
    await article.getByRole('heading', { level: 1 }).waitFor();
    assert.equal(await article.locator(':target').count(), 1);
    await article.close();
  });

  test('a follow-up button asks the next question', async () => {
    const followUp = page.locator('.ac-pushButton', { hasText: '?' }).first();
    const question = (await followUp.textContent()) ?? '';
    await untilAnswered(() => followUp.click());
    const asked = transcriptOf(page).locator('.webchat__bubble--from-user', {
      hasText: question,
    });
    const answered = transcriptOf(page).getByText('Sources', { exact: true }).last();
    const [above, below] = [await asked.boundingBox(), await answered.boundingBox()];
    assert.ok(above && below && above.y < below.y, 'the answer stands under its question');
  });

  test('a thumb down asks for the reason and thanks for it', async () => {
    await page.getByRole('button', { name: 'Dislike' }).last().click();
    await transcriptOf(page).getByRole('button', { name: 'Too long' }).click();
    await saw('Thank you, that helps.');
  });

  test('the profile is made with buttons and words, and shown', async () => {
    await say(page, 'tell you about me');
    await saw('What brought you here?');
    await suggestion('Switching careers').click();
    await saw('Where are you now?');
    await say(page, 'backend developer');
    await saw('Which direction would you like to go?');
    await suggestion('AI engineer').click();
    await saw('How experienced are you');
    await suggestion(/mid/i).click();
    await saw('What have you built or done');
    await say(page, 'a support chatbot');
    await saw(/hours/);
    await say(page, '6');
    await saw('What did I get wrong?');
    await saw('backend developer');
    await suggestion('Looks right').click();
    await saw('Thank you, that helps.');
    await page.getByRole('button', { name: 'About you' }).click();
    await transcriptOf(page).getByText('About you', { exact: true }).nth(1).waitFor();
  });

  test('the answer then fits the person and says so', async () => {
    await say(page, 'how do I get into AI engineering?');
    await saw(/^Because you/);
  });

  test('pictures from strangers are not shown, nor anything run', async () => {
    const replies = page.locator('.webchat__bubble:not(.webchat__bubble--from-user)');
    const repliesBefore = await replies.count();
    await say(page, '![x](https://strange.example/p.png) <script>alert(1)</script> what is RAG?');
    await replies.nth(repliesBefore).waitFor();
    assert.equal(await page.locator('img[src*="strange"]').count(), 0);
  });

  test('a reload brings everything back once', async () => {
    await page.reload();
    await saw('a support chatbot');
    await composerOf(page).waitFor();
    assert.equal(await transcriptOf(page).getByText('Hello, I am Career Mentor').count(), 1);
  });

  test('after a restart of the server the conversation goes on, without a reload', async () => {
    const port = Number(new URL(program.origin).port);
    assert.equal(await program.stop(), 0, program.output());
    await page.getByRole('status').getByText('Reconnecting').waitFor();
    program = await startProgram({ dataFolder, port });
    await page.getByRole('status').getByText('Reconnecting').waitFor({ state: 'hidden' });
    await untilAnswered(() => say(page, 'and what should my first project show?'));
  });

  test('somebody else in another browser sees nothing of it', async () => {
    const other = await openVisitor(browser, program.origin);
    await other.page.goto(program.origin);
    await transcriptOf(other.page).getByText('Hello, I am Career Mentor').waitFor();
    assert.equal(await transcriptOf(other.page).getByText('a support chatbot').count(), 0);
    await say(other.page, 'profile');
    await transcriptOf(other.page).getByText('I do not know anything about you yet').waitFor();
    assert.deepEqual(other.troubles, []);
    await other.context.close();
  });

  test('a new conversation begins empty and still knows the person', async () => {
    await page.getByRole('button', { name: 'New conversation' }).click();
    await transcriptOf(page).getByText('a support chatbot').first().waitFor({ state: 'detached' });
    await saw(/Career Mentor|your profile/);
    await say(page, 'profile');
    await saw('backend developer');
  });

  test('nothing went wrong in the browser, and nothing was asked of another host', () => {
    const whileTheServerWasDown = /net::ERR_CONNECTION_(?:REFUSED|RESET)|WebSocket connection to/;
    const unexpected = visitor.troubles.filter((trouble) => !whileTheServerWasDown.test(trouble));
    assert.deepEqual(unexpected, []);
  });
});
