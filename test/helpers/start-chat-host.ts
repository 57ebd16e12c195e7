import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { TurnContext } from 'botbuilder';
import { attachWebPages } from '#api/web-pages.ts';
import { answerMessage } from '#bot/answer-message.ts';
import { capabilitiesOf } from '#bot/capabilities.ts';
import { createStreamWriter } from '#bot/stream-writer.ts';
import { suggestedActions } from '#bot/suggested-actions.ts';
import type { Answer } from '#mentor/answer.ts';
import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';
import { sampleAnswer } from './sample-answer.ts';
import { type BotHost, startBotHost } from './start-bot-host.ts';

export interface ChatHostOptions {
  readonly folder: string;
  readonly port?: number;
  readonly allowedOrigins?: readonly string[];
  readonly now?: () => Date;
  /** Articles by id. */
  readonly articles?: Readonly<Record<string, KnowledgeDocument[]>>;
}

/**
 * The chat page over the real Direct Line server, with a bot that follows a script, so that the page can be tested without
 * the mentor behind it. What is said to it decides what it does; see `answer` below.
 */
export function startChatHost({
  folder,
  articles = {},
  ...options
}: ChatHostOptions): Promise<BotHost> {
  const webFolder = join(import.meta.dirname, '..', '..', 'web');
  return startBotHost({
    ...options,
    folder,
    logic: answer,
    alsoServe: (server) =>
      attachWebPages(server, {
        webFolder,
        index: { getDocument: async (documentId) => articles[documentId] ?? [] },
        allowedOrigins: options.allowedOrigins ?? [],
        articleCount: () => 100,
      }),
  });
}

async function answer(context: TurnContext): Promise<void> {
  const { activity } = context;
  if (activity.type === 'conversationUpdate' && activity.membersAdded?.length) await greet(context);
  if (activity.type !== 'message') return;
  const text = activity.text ?? JSON.stringify(activity.value);
  if (text.startsWith('repeat: ')) await context.sendActivity(text.slice('repeat: '.length));
  else if (text === 'profile') await context.sendActivity('I do not know anything about you yet.');
  else await streamAnswer(context, { ...sampleAnswer, messageId: activity.id ?? '' });
}

async function greet(context: TurnContext): Promise<void> {
  await context.sendActivity({
    type: 'message',
    text: [
      'Hello, I am Career Mentor, an AI. I help with careers in AI and software engineering: where to start, what to learn, how to apply. My answers come from 100 articles and name their sources.',
      'Ask me anything, or say hello and I will ask a few questions about you first.',
    ].join('\n\n'),
    suggestedActions: suggestedActions([
      'How do I get from backend work into AI engineering?',
      'Which project shows employers the most?',
      'How do I prepare for an AI system design interview?',
    ]),
  });
}

async function streamAnswer(context: TurnContext, whole: Answer): Promise<void> {
  const capabilities = capabilitiesOf(context);
  const writer = createStreamWriter(context, capabilities.streaming);
  await writer.inform('Searching 100 articles ...');
  await wait(400);
  const words = whole.text.split(' ');
  for (let count = 8; count < words.length; count += 8) {
    await writer.grow(words.slice(0, count).join(' '));
    await wait(40);
  }
  await writer.finish(
    await answerMessage(whole, { capabilities, publicUrl: undefined, suggestFollowUps: true }),
  );
}
