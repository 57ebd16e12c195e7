import { type Button, button, buttonRows, type SlackBlock, slackLimits } from './blocks.ts';

/** What becomes of a row once one of its buttons was pressed. */
export const rowKinds = {
  /** It was one question: the row becomes what was chosen. */
  choices: 'choices',
  /** Each button offers something of its own: the row stays, and what was said is repeated below. */
  offers: 'offers',
} as const;

/** What a press does, as the beginning of the button's `action_id`; numbers after it keep the ids of a row apart. */
export const buttonKinds = {
  /** Says its value in the person's name. */
  say: 'say',
  /** Submits its value, JSON, as a card does. */
  submit: 'submit',
  feedback: 'feedback',
  /** Opens the window for a reason in the person's own words; its value is the answer's id. */
  ownWords: 'own-words',
} as const;

export interface Words {
  readonly title: string;
  readonly words: string;
  readonly style?: 'primary' | 'danger';
}

/** Buttons that say something in the person's name; what is longer than Slack takes is left out. */
export function sayButtons(
  rowKind: keyof typeof rowKinds,
  buttons: readonly Words[],
): SlackBlock[] {
  return buttonRows(rowKinds[rowKind], buttons.flatMap(sayButton));
}

/** One such button, to stand beside a text. */
export function sayButton({ title, words, style }: Words, index = 0): Button[] {
  if (title.trim() === '' || words.length > slackLimits.buttonValue) return [];
  return [button(`${buttonKinds.say}-${index}`, title, words, style)];
}
