import { shorten } from '#bot/normalise-text.ts';
import { texts } from '#bot/texts.ts';
import {
  type CardData,
  type CardName,
  cardDataType,
  cardSchemas,
  type SayButton,
  type SourceData,
} from '#cards/card-data.ts';
import {
  button,
  buttonRows,
  contexts,
  header,
  richText,
  type SlackBlock,
  sections,
  slackLimits,
} from './blocks.ts';
import { buttonKinds, rowKinds, sayButton, sayButtons, type Words } from './buttons.ts';
import { escapeMrkdwn, mrkdwnLink } from './mrkdwn.ts';

/** A card's data as the bot attached it. */
export interface AttachedCard {
  readonly name: CardName;
  readonly blocks: readonly SlackBlock[];
}

/** The card that an attachment holds, drawn in blocks; `undefined` for any other attachment. Throws a ZodError for data that does not fit. */
export function readCard(attachment: {
  readonly contentType?: string;
  readonly name?: string;
  readonly content?: unknown;
}): AttachedCard | undefined {
  const { contentType, name = '', content } = attachment;
  if (contentType !== cardDataType || !isCardName(name)) return undefined;
  return {
    name,
    blocks: drawCard(name, cardSchemas[name].parse(content) as CardData<typeof name>),
  };
}

function isCardName(name: string): name is CardName {
  return Object.hasOwn(cardSchemas, name);
}

function drawCard<Name extends CardName>(name: Name, data: CardData<Name>): SlackBlock[] {
  return cardBlocks[name](data);
}

/** A link with an address that is longer than this is left a plain title. */
const longestUrl = 1_000;

/** Each card in Block Kit. */
const cardBlocks: { readonly [Name in CardName]: (data: CardData<Name>) => SlackBlock[] } = {
  answer: (data) => [
    ...contexts(escapeMrkdwn(data.because)),
    ...data.nextSteps.flatMap(({ text }) =>
      sections(`*${texts.nextStepTitle}:* ${escapeMrkdwn(text)}`),
    ),
    ...sourceLines(data.sources),
    ...contexts(escapeMrkdwn(data.quiet)),
    ...(data.followUps.length === 0 ? [] : contexts(texts.followUpsTitle)),
    ...sayButtons('offers', data.followUps.map(toWords)),
    ...(data.thumbsFor === '' ? [] : [thumbs(data.thumbsFor)]),
  ],
  sources: (data) => [
    ...(data.question === '' ? [] : contexts(`You asked: ${escapeMrkdwn(data.question)}`)),
    ...data.sources.flatMap(wholeSource),
  ],
  profile: (data) => [
    header('About you'),
    ...(data.facts.length === 0 ? sections('You skipped everything, and that is fine.') : []),
    ...factFields(data.facts),
    ...sayButtons('offers', data.buttons.map(toWords)),
  ],
  // Slack shows forms in windows alone, and opens one only for a press: the press asks for the form, and gets it.
  'profile-form': () => [
    ...sections(`*About you*\n${texts.formInvitation}`),
    ...sayButtons('choices', [{ title: 'Open the form', words: texts.fillForm, style: 'primary' }]),
  ],
  history: (data) => [
    header('Your last questions'),
    ...data.questions.map(({ date, text, data: { text: words } }, index): SlackBlock => {
      const [accessory] = sayButton({ title: 'Ask again', words });
      return {
        type: 'section',
        block_id: `${rowKinds.offers}-${index + 1}`,
        text: { type: 'mrkdwn', text: escapeMrkdwn(`${date}  ${text}`) },
        ...(accessory && { accessory }),
      };
    }),
  ],
  help: (data) => [
    ...sections(escapeMrkdwn(data.intro)),
    ...sections(
      data.commands
        .map(({ name, description }) => `*${escapeMrkdwn(name)}*  ${escapeMrkdwn(description)}`)
        .join('\n'),
    ),
    ...sayButtons(
      'offers',
      data.commands.map(({ name, data: { text: words } }) => ({ title: name, words })),
    ),
  ],
  'delete-confirm': (data) => [
    ...sections(escapeMrkdwn(data.question)),
    ...sayButtons(
      'choices',
      data.buttons.map((given, index) => ({
        ...toWords(given),
        ...(index === 0 ? { style: 'danger' as const } : {}),
      })),
    ),
  ],
  'feedback-reason': ({ question, answerId, reasons }) => [
    ...sections(escapeMrkdwn(question)),
    ...buttonRows(rowKinds.choices, [
      ...reasons.map(({ text }, index) =>
        button(
          `${buttonKinds.submit}-${index}`,
          text,
          JSON.stringify({ command: 'feedback-reason', answerId, reason: text }),
        ),
      ),
      button(buttonKinds.ownWords, 'In my own words', answerId),
    ]),
  ],
  roadmap: (data) => [
    header('Your roadmap'),
    ...sections(`To: *${escapeMrkdwn(data.role)}*  ${escapeMrkdwn(data.level)}`),
    ...contexts(escapeMrkdwn(data.because)),
    ...(data.there === '' ? [] : sections(`*There already:* ${escapeMrkdwn(data.there)}`)),
    ...data.stages.flatMap(({ name, steps }) => [header(name), ...steps.flatMap(roadmapStep)]),
    ...(data.after === '' ? [] : sections(`*After that:* ${escapeMrkdwn(data.after)}`)),
    ...(data.nextStep === ''
      ? []
      : sections(`*${texts.nextStepTitle}:* ${escapeMrkdwn(data.nextStep)}`)),
    ...contexts(escapeMrkdwn(data.quiet)),
    ...sayButtons('offers', data.buttons.map(toWords)),
  ],
};

function roadmapStep({
  number,
  skill,
  details,
  text,
  sources,
}: CardData<'roadmap'>['stages'][number]['steps'][number]): SlackBlock[] {
  const head = `*${number}. ${escapeMrkdwn(skill)}*${details === '' ? '' : `  ${escapeMrkdwn(details)}`}`;
  return [
    ...sections([head, escapeMrkdwn(text)].filter((part) => part !== '').join('\n')),
    ...contexts(sources.map(sourceLine).join('\n')),
  ];
}

function toWords({ title, data }: SayButton): Words {
  return { title, words: data.text };
}

function sourceLines(sources: readonly SourceData[]): SlackBlock[] {
  if (sources.length === 0) return [];
  return contexts([`*${texts.sourcesTitle}*`, ...sources.map(sourceLine)].join('\n'));
}

function sourceLine({ number, title, details, url }: SourceData): string {
  const isLinked = url !== '' && url.length <= longestUrl;
  const name = isLinked ? mrkdwnLink(url, title) : escapeMrkdwn(title);
  return `[${number}] ${name}${details === '' ? '' : ` (${escapeMrkdwn(details)})`}`;
}

function wholeSource(source: SourceData): SlackBlock[] {
  const pieces = source.passage.map(({ text, cited }) => ({ text, bold: cited }));
  return [
    ...sections(sourceLine(source)),
    ...contexts(escapeMrkdwn(source.section)),
    richText(pieces),
  ];
}

/** Facts side by side, two columns to a row. */
function factFields(facts: CardData<'profile'>['facts']): SlackBlock[] {
  const fields = facts.map(({ label, value }) => ({
    type: 'mrkdwn' as const,
    text: shorten(`*${escapeMrkdwn(label)}*\n${escapeMrkdwn(value)}`, slackLimits.fieldText),
  }));
  const rows: SlackBlock[] = [];
  for (let start = 0; start < fields.length; start += slackLimits.fieldsPerSection)
    rows.push({
      type: 'section',
      fields: fields.slice(start, start + slackLimits.fieldsPerSection),
    });
  return rows;
}

/** Slack's own thumbs. */
function thumbs(answerId: string): SlackBlock {
  const rating = (reaction: 'like' | 'dislike') =>
    JSON.stringify({ command: 'feedback', reaction, answerId });
  return {
    type: 'context_actions',
    elements: [
      {
        type: 'feedback_buttons',
        action_id: buttonKinds.feedback,
        positive_button: {
          text: { type: 'plain_text', text: 'This helped' },
          value: rating('like'),
          accessibility_label: 'Say that this answer helped',
        },
        negative_button: {
          text: { type: 'plain_text', text: 'This did not help' },
          value: rating('dislike'),
          accessibility_label: 'Say that this answer did not help',
        },
      },
    ],
  };
}
