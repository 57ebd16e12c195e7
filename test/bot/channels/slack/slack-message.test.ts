import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Activity } from 'botbuilder';
import { answerMessage } from '#bot/answer-message.ts';
import { slackCapabilities } from '#bot/channels/slack/capabilities.ts';
import { blocksOf, type SlackMessage, toSlackMessages } from '#bot/channels/slack/slack-message.ts';
import { suggestedActions } from '#bot/suggested-actions.ts';
import { type CardData, type CardName, cardDataAttachment, sayButtonOf } from '#cards/card-data.ts';
import type { Answer, Citation } from '#mentor/answer.ts';
import { sampleAnswer } from '#test/helpers/sample-answer.ts';
import { answer, citation } from '#test/helpers/scripted-mentor.ts';
import { problemOfBlocks } from '#test/helpers/slack-server/check-blocks.ts';

const publicUrl = 'https://mentor.example';

async function messagesFor(given: Answer): Promise<SlackMessage[]> {
  const message = await answerMessage(given, {
    capabilities: slackCapabilities,
    publicUrl,
    suggestFollowUps: true,
  });
  return toSlackMessages(message);
}

/** Fails where Slack would refuse one of them, or where one has no words for a notification. */
function assertTaken(messages: readonly SlackMessage[]): void {
  for (const message of messages) {
    assert.equal(problemOfBlocks(blocksOf(message)), undefined);
    assert.ok(message.text.trim().length > 0 && message.text.length <= 4_000);
    // Unpaired halves of characters do not survive the way to Slack.
    assert.ok(JSON.stringify(blocksOf(message)).isWellFormed());
    assert.doesNotMatch(JSON.stringify(blocksOf(message)), /\\ud[89a-f]/i);
  }
}

describe('an answer in Slack', () => {
  it('is one message: the text, the next step, the sources with links, the questions and the thumbs', async () => {
    const [message, ...others] = await messagesFor(sampleAnswer);
    assert.deepEqual(others, []);
    assert(message);
    assertTaken([message]);
    assert.deepEqual(
      blocksOf(message).map(({ type }) => type),
      [
        'markdown',
        'context',
        'section',
        'context',
        'context',
        'context',
        'actions',
        'context_actions',
      ],
    );
    assert.equal(message.markdown, sampleAnswer.text);
    assert.deepEqual(message.below[2], {
      type: 'context',
      elements: [
        {
          type: 'mrkdwn',
          text: [
            '*Sources*',
            '[1] <https://mentor.example/articles/career-backend-to-ai#in-which-order-should-i-learn-things|From backend engineer to AI engineer> (guide, reviewed 2026-11)',
            '[2] <https://mentor.example/articles/career-ai-engineer-role#in-which-order-should-i-learn-things|AI engineer: what the job really is> (guide, reviewed 2026-11)',
          ].join('\n'),
        },
      ],
    });
  });

  const many = (text: string): Citation[] =>
    Array.from({ length: 20 }, (_none, index) =>
      citation({ number: index + 1, title: `${text} ${index}`, section: text, passage: text }),
    );
  const samples: Readonly<Record<string, Answer>> = {
    'the largest': answer({
      text: 'A sentence of the usual length that says something [1]. '.repeat(900),
      citations: many('A long title, '.repeat(20)),
      nextSteps: ['Do this. '.repeat(800)],
      becauseYouSaid: 'Because you said a lot. '.repeat(300),
      followUps: ['q'.repeat(1_999), 'r'.repeat(300), 'Short?'],
    }),
    'one endless word': answer({ text: 'x'.repeat(30_000), citations: many('y'.repeat(2_000)) }),
    'right to left': answer({
      text: `${'كيف أبدأ في مجال الذكاء الاصطناعي؟ '.repeat(400)}[1]`,
      citations: many('من الخلفية إلى الذكاء الاصطناعي '.repeat(10)),
    }),
    'Chinese and emoji': answer({
      text: `${'如何开始人工智能职业生涯？👩‍💻'.repeat(900)}[1]`,
      citations: many('从后端到人工智能工程师👩‍💻'.repeat(30)),
      followUps: ['👩‍💻'.repeat(60)],
    }),
    'only line breaks and quotes': answer({ text: `a${'\n"\\"'.repeat(6_000)}b` }),
    'a table and code': answer({
      text: `| a | b |\n|---|---|\n${'| 1 | 2 |\n'.repeat(300)}\n\`\`\`python\n${'print("x")\n'.repeat(900)}\`\`\`\n\ndone`,
    }),
    'marks that would notify': answer({
      text: 'Ask <!channel> or <@U0BEN> in <#C0GENERAL> & <b>bold</b>',
      citations: [citation({ title: '<!here> *bold* _x_ | <https://evil.example|x>' })],
      followUps: ['<!channel>?'],
    }),
    empty: answer({ text: '', citations: [], nextSteps: [], followUps: [] }),
  };
  for (const [kind, given] of Object.entries(samples))
    it(`keeps to every limit: ${kind}`, async () => {
      const messages = await messagesFor(given);
      assertTaken(messages);
      assert.ok(messages.length >= 1);
    });

  it('loses no word where it is split, and its buttons stand below the last part', async () => {
    const text = Array.from({ length: 4_000 }, (_none, index) => `word${index}`).join(' ');
    const messages = await messagesFor(answer({ text: text.slice(0, 20_000) }));
    assert.ok(messages.length >= 4);
    const joined = messages.map(({ markdown }) => markdown).join(' ');
    assert.equal(joined, text.slice(0, 20_000));
    assert.ok(messages.slice(0, -1).every(({ below }) => below.length === 0));
    assert.ok((messages.at(-1)?.below.length ?? 0) > 0);
  });

  it('notifies nobody and links nowhere, whatever its text, its sources and its questions say', async () => {
    const messages = await messagesFor(samples['marks that would notify'] ?? assert.fail());
    for (const { markdown, below, text } of messages) {
      assert.doesNotMatch(markdown, /<[!@#]/);
      assert.doesNotMatch(text, /<[!@#]/);
      const mrkdwn = below
        .flatMap((block) => (block.type === 'context' ? block.elements : []))
        .flatMap((element) => (element.type === 'mrkdwn' ? element.text : []));
      for (const written of mrkdwn) {
        assert.doesNotMatch(written, /<[!@#]/);
        for (const [, url] of written.matchAll(/<([^|>]+)\|/g))
          assert.match(url ?? '', /^https:\/\/mentor\.example\//);
      }
    }
  });
});

describe('each card', () => {
  const say = sayButtonOf('profile', 'Profile');
  const source = {
    number: 1,
    title: 'From backend to AI',
    details: 'guide',
    section: 'What transfers',
    passage: [
      { text: 'Most of it. ', cited: false },
      { text: 'Keep the <rest> & *more*.', cited: true },
    ],
    url: 'https://mentor.example/a?b=1&c=2',
  };
  const data: { readonly [Name in CardName]: CardData<Name> } = {
    answer: {
      because: 'Because.',
      nextSteps: [{ text: 'Do it.' }],
      sources: [source],
      quiet: 'Quiet.',
      followUps: [say],
      thumbsFor: 'answer-1',
    },
    sources: { question: 'How?', sources: [source] },
    profile: { facts: [{ label: 'Now', value: 'a & b' }], buttons: [say] },
    'profile-form': {
      reason: '',
      background: '',
      direction: '',
      experienceLevel: '',
      levels: [{ title: 'Senior', value: 'senior' }],
      closestWork: '',
      hoursPerWeek: '',
    },
    history: { questions: [{ text: 'How?', date: '2026-11-02', data: say.data }] },
    help: { intro: 'Hello.', commands: [{ name: 'profile', description: 'Me', data: say.data }] },
    'delete-confirm': { question: 'Sure?', buttons: [say, say] },
    'feedback-reason': { question: 'Why?', answerId: 'answer-1', reasons: [{ text: 'Too long' }] },
    roadmap: {
      role: 'AI Engineer',
      level: 'mid level',
      because: 'Because.',
      there: 'SQL',
      stages: ['Now', 'Next', 'Later'].map((name) => ({
        name,
        steps: [1, 2, 3].map((number) => ({
          number,
          skill: 'Python',
          details: number === 1 ? '' : 'core of the role',
          text: 'Write <it> & *test* it.',
          sources: number === 2 ? [] : [source],
        })),
      })),
      after: 'Agents',
      nextStep: 'Do it.',
      quiet: 'Quiet.',
      buttons: [say, say, say],
    },
  };
  for (const name of Object.keys(data) as CardName[])
    it(`${name} is drawn in blocks that Slack takes, and said in words`, () => {
      const messages = toSlackMessages(cardActivity(name, data[name]));
      assert.equal(messages.length, 1);
      assertTaken(messages);
      assert.ok((messages[0]?.below.length ?? 0) > 0);
    });

  it('sources show the passage with the cited words in bold, never read as markup', () => {
    const [message] = toSlackMessages(cardActivity('sources', data.sources));
    const passage = message?.below.find(({ type }) => type === 'rich_text');
    assert.deepEqual(passage, {
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'text', text: 'Most of it. ' },
            { type: 'text', text: 'Keep the <rest> & *more*.', style: { bold: true } },
          ],
        },
      ],
    });
    assert.match(
      JSON.stringify(message?.below),
      /\[1\] <https:\/\/mentor\.example\/a\?b=1&amp;c=2\|From backend to AI> \(guide\)/,
    );
  });

  it('twenty long sources are spread over as many messages as they need', () => {
    const long = { ...source, passage: [{ text: 'long '.repeat(1_500), cited: false }] };
    const sources = Array.from({ length: 20 }, (_none, index) => ({ ...long, number: index + 1 }));
    const messages = toSlackMessages(cardActivity('sources', { question: '', sources }));
    assertTaken(messages);
    assert.ok(messages.length > 1);
  });

  it('with data of another version fails loudly instead of showing half of it', () => {
    const activity = cardActivity('profile', { facts: 'x' } as never);
    assert.throws(() => toSlackMessages(activity), { name: 'ZodError' });
  });
});

describe('suggested actions', () => {
  it('are buttons that say their words; forty of them take two rows', () => {
    const words = Array.from({ length: 40 }, (_none, index) => `Choice ${index}`);
    const [message] = toSlackMessages({
      type: 'message',
      text: 'Which?',
      suggestedActions: suggestedActions(words),
    } as Partial<Activity>);
    assert(message);
    assertTaken([message]);
    const rows = message.below.flatMap((block) => (block.type === 'actions' ? [block] : []));
    assert.deepEqual(
      rows.map(({ block_id, elements }) => [block_id, elements.length]),
      [
        ['choices-1', 25],
        ['choices-2', 15],
      ],
    );
  });
});

function cardActivity<Name extends CardName>(name: Name, data: CardData<Name>): Partial<Activity> {
  return {
    type: 'message',
    text: 'The card in words',
    textFormat: 'plain',
    attachments: [cardDataAttachment(name, data)],
  };
}
