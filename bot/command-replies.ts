import { type Activity, ActivityTypes, type TurnContext } from 'botbuilder';
import { type CardData, sayButtonOf } from '#cards/card-data.ts';
import { answersOf, profileFacts } from '#dialogs/profile-answers.ts';
import { fixedReplies } from '#mentor/fixed-replies.ts';
import type { ConversationStore, Message } from '#services/conversations/port.ts';
import type { ProfileStore } from '#services/profiles/port.ts';
import { sourcesData } from './answer-card-data.ts';
import { capabilitiesOf } from './capabilities.ts';
import { cardMessage } from './card-message.ts';
import { type CommandName, commands } from './commands.ts';
import { shorten } from './normalise-text.ts';
import { type PersonalData, personOf } from './personal-data.ts';
import { texts } from './texts.ts';
import { conversationKeyOf, userKeyOf } from './turn-keys.ts';

/** The commands that only show something and change nothing. */
export const showCommands = [
  'help',
  'profile',
  'sources',
  'history',
  'export my data',
] as const satisfies readonly CommandName[];

export type ShowCommand = (typeof showCommands)[number];

export interface CommandReplyDependencies {
  readonly profiles: ProfileStore;
  readonly conversations: ConversationStore;
  readonly personalData: PersonalData;
  readonly publicUrl: string | undefined;
}

/** Whether the command only shows something. */
export function isShowCommand(name: CommandName): name is ShowCommand {
  return showCommands.some((command) => command === name);
}

/** Makes the function that answers a command which shows something; it leaves every dialog as it was. */
export function createShowCommand(
  dependencies: CommandReplyDependencies,
): (context: TurnContext, command: ShowCommand) => Promise<void> {
  const replies = {
    help: helpMessage,
    profile: profileMessage,
    sources: sourcesMessage,
    history: historyMessage,
    'export my data': exportMessage,
  } as const satisfies Record<ShowCommand, Reply>;
  return async (context, command) => {
    const messages = await replies[command](context, dependencies);
    for (const message of messages) await context.sendActivity(message);
  };
}

type Reply = (
  context: TurnContext,
  dependencies: CommandReplyDependencies,
) => Promise<Partial<Activity>[]>;

async function helpMessage(context: TurnContext): Promise<Partial<Activity>[]> {
  const data: CardData<'help'> = {
    intro: texts.help,
    commands: commands.map(({ name, description }) => ({
      name,
      description,
      data: sayButtonOf(name).data,
    })),
  };
  return [await cardMessage(context, 'help', data)];
}

const profileMessage: Reply = async (context, { profiles }) => {
  const profile = await profiles.get(userKeyOf(context.activity));
  if (profile === undefined) return [textMessage(texts.profileUnknown)];
  return [
    await cardMessage(context, 'profile', {
      facts: profileFacts(answersOf(profile)),
      buttons: [
        sayButtonOf('edit profile', texts.changeSomething),
        sayButtonOf('export my data', 'Export my data'),
        sayButtonOf('delete my data', 'Delete my data'),
      ],
    }),
  ];
};

const sourcesMessage: Reply = async (context, { conversations, publicUrl }) => {
  const id = conversationKeyOf(context.activity);
  const { messages } = await conversations.listMessages(id, { limit: 50 });
  const index = messages.findLastIndex(({ knowledgeSources }) => knowledgeSources.length > 0);
  const answer = messages[index];
  if (answer === undefined) return [textMessage(texts.noSourcesYet)];
  const asked = messages.slice(0, index).findLast(({ role }) => role === 'user');
  return [
    await cardMessage(context, 'sources', {
      question: shorten(asked?.content ?? '', 200),
      sources: sourcesData(answer.knowledgeSources, publicUrl),
    }),
  ];
};

const shownQuestions = 10;

const historyMessage: Reply = async (context, { conversations }) => {
  const asked = await lastQuestions(conversations, userKeyOf(context.activity));
  if (asked.length === 0) return [textMessage(texts.noHistoryYet)];
  const questions = asked.map(({ content, timestamp }) => ({
    text: shorten(content.replace(/\s+/g, ' '), 200),
    date: timestamp.slice(0, 10),
    data: sayButtonOf(content.slice(0, 2_000)).data,
  }));
  return [await cardMessage(context, 'history', { questions })];
};

async function lastQuestions(
  conversations: ConversationStore,
  userKey: string,
): Promise<Message[]> {
  const questions: Message[] = [];
  for (const { id } of await conversations.listConversations(userKey)) {
    if (questions.length >= shownQuestions) break;
    const { messages } = await conversations.listMessages(id, { limit: 4 * shownQuestions });
    questions.push(...messages.filter(isQuestion));
  }
  // Conversations come by their newest message; their questions may still interleave.
  return questions
    .toSorted((one, other) => other.timestamp.localeCompare(one.timestamp))
    .slice(0, shownQuestions);
}

/** What somebody in danger wrote is no question to be asked again. */
function isQuestion({ role, content }: Message): boolean {
  return role === 'user' && content !== fixedReplies.wordsNotKept;
}

const exportMessage: Reply = async (context, { personalData }) => {
  const data = await personalData.collect(personOf(context.activity));
  const json = JSON.stringify(data, undefined, 2);
  const { fileAttachments, markdown, maxTextLength } = capabilitiesOf(context);
  if (fileAttachments) {
    const content = Buffer.from(json).toString('base64');
    return [
      {
        ...textMessage(texts.exportReady),
        attachments: [
          {
            name: texts.exportFileName(data.exportedAt.slice(0, 10)),
            contentType: 'application/json',
            contentUrl: `data:application/json;base64,${content}`,
          },
        ],
      },
    ];
  }
  const [open, close] = markdown ? ['```json\n', '\n```'] : ['', ''];
  const pieces = splitLines(json, maxTextLength - open.length - close.length);
  return [texts.exportReady, ...pieces.map((piece) => `${open}${piece}${close}`)].map(textMessage);
};

/** Pieces of at most this length that end at a line's end where they can. */
function splitLines(text: string, maxLength: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > maxLength) {
    const lineEnd = rest.lastIndexOf('\n', maxLength);
    const end = lineEnd > 0 ? lineEnd : maxLength;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(lineEnd > 0 ? end + 1 : end);
  }
  return [...pieces, rest];
}

function textMessage(text: string): Partial<Activity> {
  return { type: ActivityTypes.Message, text };
}
