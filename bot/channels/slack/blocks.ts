import type { ChatStopStreamArguments } from '@slack/web-api';
import { shorten } from '#bot/normalise-text.ts';
import { splitText } from './split-text.ts';

type AnyBlock = NonNullable<ChatStopStreamArguments['blocks']>[number];
type Known<Block> = Block extends { type: string }
  ? string extends Block['type']
    ? never
    : Block
  : never;

/** A Block Kit block of a type that Slack's own types describe. */
export type SlackBlock = Known<AnyBlock>;
type ActionsBlock = Extract<SlackBlock, { type: 'actions' }>;
export type Button = Extract<ActionsBlock['elements'][number], { type: 'button' }>;

/** Slack refuses a message as a whole where one part is over its limit. */
export const slackLimits = {
  blocksPerMessage: 50,
  /** Of all blocks together, measured as JSON: documented nowhere, refused at 13,200 (bolt-js#2509). */
  messageChars: 13_000,
  headerText: 150,
  fieldsPerSection: 10,
  fieldText: 2_000,
  buttonsPerBlock: 25,
  buttonText: 75,
  buttonValue: 2_000,
  /** Of a message's `text`: Slack cuts at 40,000 and advises 4,000. */
  text: 4_000,
  promptsPerThread: 4,
} as const;

/** Room for text in one section, below Slack's 3,000 so that a cut never has to be exact. */
const sectionRoom = 2_900;
/** Room for the words of one rich text, which is never cut over two messages. */
const richTextRoom = 8_000;

/** Text in mrkdwn, in as many sections as its length needs; none where it is empty. */
export function sections(mrkdwn: string): SlackBlock[] {
  return splitText(mrkdwn, sectionRoom).map((text) => ({
    type: 'section',
    text: { type: 'mrkdwn', text },
    expand: true,
  }));
}

/** Small, quiet text in mrkdwn; none where it is empty. */
export function contexts(mrkdwn: string): SlackBlock[] {
  return splitText(mrkdwn, sectionRoom).map((text) => ({
    type: 'context',
    elements: [{ type: 'mrkdwn', text }],
  }));
}

/** A heading in plain text. */
export function header(text: string): SlackBlock {
  const shortened = shorten(text, slackLimits.headerText);
  return { type: 'header', text: { type: 'plain_text', text: shortened, emoji: false } };
}

/** A text of which some pieces are bold. Slack never reads it as markup, so nothing in it needs escaping. */
export function richText(pieces: readonly { text: string; bold: boolean }[]): SlackBlock {
  let room = richTextRoom;
  const elements = pieces.flatMap(({ text, bold }) => {
    const shown = text.length <= room ? text : shorten(text, room);
    room -= shown.length;
    if (shown === '') return [];
    return [{ type: 'text' as const, text: shown, ...(bold ? { style: { bold } } : {}) }];
  });
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] };
}

/** Buttons in as many rows as their number needs; none where there are none. `blockId` says what becomes of a row whose button is pressed. */
export function buttonRows(blockId: string, buttons: readonly Button[]): SlackBlock[] {
  const rows: SlackBlock[] = [];
  for (let start = 0; start < buttons.length; start += slackLimits.buttonsPerBlock) {
    rows.push({
      type: 'actions',
      block_id: `${blockId}-${rows.length + 1}`,
      elements: buttons.slice(start, start + slackLimits.buttonsPerBlock),
    });
  }
  return rows;
}

/** A button; what its value cannot hold is cut, so give ids and short words. */
export function button(
  actionId: string,
  title: string,
  value: string,
  style?: 'primary' | 'danger',
): Button {
  return {
    type: 'button',
    action_id: actionId,
    text: { type: 'plain_text', text: shorten(title, slackLimits.buttonText), emoji: false },
    value: value.slice(0, slackLimits.buttonValue),
    ...(style === undefined ? {} : { style }),
  };
}
