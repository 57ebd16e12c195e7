import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openVisitor, skipWithoutBrowser, startBrowser } from '#test/helpers/browser.ts';
import {
  type Playground,
  type PlaygroundEvent,
  type ShownMessage,
  startPlayground,
} from '#test/helpers/playground.ts';
import { type Program, startProgram } from '#test/helpers/start-program.ts';

/** Drawn anew, to be looked at, with UPDATE_PICTURES=1. */
const picture = join(import.meta.dirname, '../../docs/images/playground.png');
const question = 'How do I get from backend work into AI engineering?';

/** The real program and Microsoft's Agents Playground as its Teams; each test goes on where the last one ended. */
describe('a talk in the Agents Playground', () => {
  let dataFolder: string;
  let program: Program;
  let playground: Playground;
  let chat: string;

  before(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'career-mentor-test-'));
    program = await startProgram({ dataFolder });
    playground = await startPlayground(program.origin);
    chat = playground.personalChatId;
  });
  after(async () => {
    await playground?.stop();
    await program?.stop();
    await rm(dataFolder, { recursive: true, force: true });
  });

  const says = (start: string) => (event: PlaygroundEvent) =>
    event.actionConversationId === chat && event.message?.text?.startsWith(start) === true;
  const card = ({ message }: PlaygroundEvent) =>
    message?.attachments?.some(({ contentType }) => contentType.endsWith('card.adaptive')) === true;
  /** Says something in the chat, and waits for what the bot answers. */
  const exchange = async (
    text: string,
    what: string,
    fits: (event: PlaygroundEvent) => boolean,
  ) => {
    const from = playground.events.length;
    await playground.say(chat, text);
    return playground.until(what, fits, from);
  };

  test('the mentor welcomes once, with questions to begin with', async () => {
    await playground.install(chat);
    const welcome = await playground.until('welcome', says('Hello, I am Career Mentor, an AI'));
    assert.ok((welcome.message?.suggestedActions?.actions.length ?? 0) >= 3);
    await playground.install(chat);
    await exchange('thanks', 'reply', says('You are welcome'));
    assert.equal(playground.events.filter(says('Hello, I am Career Mentor')).length, 1);
  });

  test('the profile is filled in, question by question, and shown', async () => {
    await exchange('edit profile', 'first question', says('A few short questions'));
    for (let skipped = 0; skipped < 6; skipped += 1) {
      const from = playground.events.length;
      await playground.say(chat, skipped === 0 ? 'I am a backend developer at a bank' : 'skip');
      await playground.until('next question', (event) => event.message !== undefined, from);
    }
    await playground.until('summary card', card);
    await exchange('looks right', 'end', says('Thank you, that helps'));
    const shown = await exchange('profile', 'profile card', card);
    assert.match(JSON.stringify(shown.message?.attachments), /backend developer at a bank/);
  });

  let answer: ShownMessage;

  test('an answer streams, and ends with citations, the AI label and feedback', async () => {
    const from = playground.events.length;
    const { message } = await exchange(
      question,
      'answer',
      ({ message: m }) => m?.aiEntity !== undefined,
    );
    assert.ok(message?.aiEntity);
    answer = message;
    const types = playground.events
      .slice(from)
      .map((event) => event.message?.streamEntity?.streamType)
      .filter((type) => type !== undefined);
    assert.equal(types[0], 'informative');
    assert.equal(types.at(-1), 'final');
    assert.deepEqual(answer.aiEntity?.additionalType, ['AIGeneratedContent']);
    assert.equal(answer.feedbackLoopEnabled, true);
    const citations = answer.aiEntity?.citation ?? [];
    assert.ok(citations.length >= 1);
    for (const { position, appearance } of citations) {
      assert.ok(answer.text?.includes(`[${position}]`));
      assert.match(String(appearance['url']), /^http:\/\/127\.0\.0\.1:\d+\/articles\//);
    }
  });

  test('the cited article opens from the citation', async () => {
    const url = String(answer.aiEntity?.citation?.[0]?.appearance['url']);
    const response = await fetch(url);
    assert.equal(response.status, 200);
    await response.body?.cancel();
  });

  test('the answer’s card has the sources, and its button asks the next question', async () => {
    const { message } = await playground.until(
      'answer card',
      (event) => card(event) && JSON.stringify(event.message).includes('show or hide the passage'),
    );
    const [attachment] = message?.attachments ?? [];
    assert.equal((attachment?.content as { version?: string } | undefined)?.version, '1.5');
    const from = playground.events.length;
    const { status } = await playground.post('/_conversation/v1/submit', {
      conversation: { id: chat },
      from: { id: 'user-id-0' },
      replyToId: message?.messageId,
      value: { command: 'ask', text: 'Do I need a degree to work in AI?' },
    });
    assert.equal(status, 200);
    await playground.until('next answer', (event) => event.message?.aiEntity !== undefined, from);
  });

  test('a thumbs down with a reason is taken', async () => {
    const { status, text } = await playground.post('/_conversation/v1/invoke', {
      name: 'message/submitAction',
      conversation: { id: chat },
      from: { id: 'user-id-0' },
      replyToId: answer.messageId,
      value: {
        actionName: 'feedback',
        actionValue: { reaction: 'dislike', feedback: '{"feedbackText":"Too long"}' },
      },
    });
    assert.deepEqual([status, text], [200, '{}']);
  });

  test('Action.Execute of a card is acknowledged and answered like any button', async () => {
    const { message } = await playground.until('a card', card);
    const from = playground.events.length;
    const { status, text } = await playground.post('/_conversation/v1/invoke', {
      name: 'adaptiveCard/action',
      conversation: { id: chat },
      from: { id: 'user-id-0' },
      replyToId: message?.messageId,
      value: {
        action: { type: 'Action.Execute', verb: 'ask', data: { command: 'ask', text: 'help' } },
      },
    });
    assert.equal(status, 200, text);
    await playground.until('help card', card, from);
  });

  test('in the group chat the mentor answers when it is mentioned, once and without a stream', async () => {
    const group = playground.groupChatId;
    const from = playground.events.length;
    const mention = '<at>Test Bot</at>';
    await playground.say(group, 'What should my first portfolio project show?');
    await playground.say(group, `${mention} What should my first portfolio project show?`, {
      textFormat: 'xml',
      mentions: [{ mentioned: { id: playground.botId }, text: mention }],
    });
    const inGroup = (event: PlaygroundEvent) =>
      event.actionConversationId === group && event.message?.from.id === playground.botId;
    await playground.until(
      'answer',
      (event) => inGroup(event) && event.message?.aiEntity !== undefined,
      from,
    );
    // The Playground shows a message and its card as two.
    const answers = playground.events
      .slice(from)
      .filter((event) => inGroup(event) && event.message?.aiEntity && event.message.text);
    assert.equal(answers.length, 1);
    assert.equal(
      playground.events.slice(from).some((event) => event.message?.streamEntity !== undefined),
      false,
    );
  });

  test('its page shows the answer with citation and label', {
    skip: skipWithoutBrowser,
  }, async () => {
    const browser = await startBrowser();
    try {
      const { page } = await openVisitor(browser, playground.origin, {
        viewport: { width: 1_180, height: 1_080 },
      });
      await page.goto(playground.origin);
      await page.getByRole('textbox').first().fill(question);
      await page.keyboard.press('Enter');
      await page.getByText('You could ask next').or(page.getByText('Sources')).last().waitFor();
      await page
        .getByText(/AI[- ]generated/i)
        .first()
        .waitFor();
      if (process.env['UPDATE_PICTURES'] === '1') await page.screenshot({ path: picture });
    } finally {
      await browser.close();
    }
  });
});
