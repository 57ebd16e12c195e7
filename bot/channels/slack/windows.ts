import type { ViewsOpenArguments } from '@slack/web-api';
import * as z from 'zod';
import { shorten } from '#bot/normalise-text.ts';
import { texts } from '#bot/texts.ts';
import type { CardData, CardSubmit } from '#cards/card-data.ts';
import { type SlackBlock, slackLimits } from './blocks.ts';
import type { ViewSubmission } from './incoming.ts';

type View = ViewsOpenArguments['view'];
type ProfileField = Exclude<keyof CardData<'profile-form'>, 'levels'>;

/** For whom a window was opened, and from which conversation; Slack keeps it and brings it back. */
const origin = z.object({
  conversationId: z.string().min(1).max(300),
  userId: z.string().min(1).max(200),
  answerId: z.string().min(1).max(200).optional(),
});

export type WindowOrigin = z.infer<typeof origin>;

const windows = { profile: 'profile-form', ownWords: 'feedback-reason' } as const;

/** The questions of the profile's form, as its card asks them. */
const questions: Readonly<Record<ProfileField, string>> = {
  reason: 'What brought you here?',
  background: 'Where are you now: role or study?',
  direction: 'Which direction? "Not sure" is fine.',
  experienceLevel: 'How experienced are you?',
  closestWork: 'What have you built or done that is closest?',
  hoursPerWeek: 'How many hours a week?',
};

const longestAnswer = 500;
const longestReason = 1_000;

/** The profile's form, filled with what is known. */
export function profileWindow(data: CardData<'profile-form'>, from: WindowOrigin): View {
  const levels = data.levels.map(({ title, value }) => ({
    text: { type: 'plain_text' as const, text: shorten(title, slackLimits.buttonText) },
    value,
  }));
  const chosen = levels.find(({ value }) => value === data.experienceLevel);
  const textInput = (name: ProfileField): SlackBlock =>
    input(name, questions[name], {
      type: 'plain_text_input',
      action_id: name,
      max_length: longestAnswer,
      multiline: name === 'closestWork',
      ...(data[name] === '' ? {} : { initial_value: data[name].slice(0, longestAnswer) }),
    });
  return window('About you', windows.profile, from, [
    textInput('reason'),
    textInput('background'),
    textInput('direction'),
    input('experienceLevel', questions.experienceLevel, {
      type: 'static_select',
      action_id: 'experienceLevel',
      placeholder: { type: 'plain_text', text: 'Choose, or leave open' },
      options: levels,
      ...(chosen === undefined ? {} : { initial_option: chosen }),
    }),
    textInput('closestWork'),
    textInput('hoursPerWeek'),
  ]);
}

/** Asks what was wrong with an answer, in the person's own words. */
export function ownWordsWindow(from: WindowOrigin & { readonly answerId: string }): View {
  return window('Your feedback', windows.ownWords, from, [
    input('words', 'What was wrong with it?', {
      type: 'plain_text_input',
      action_id: 'words',
      multiline: true,
      max_length: longestReason,
    }),
  ]);
}

/** What a window that was sent off says, as its card would have said it; `undefined` for any that is not ours. */
export function readWindow({
  view,
  user,
}: ViewSubmission): { origin: WindowOrigin; value: CardSubmit } | undefined {
  const from = readOrigin(view.private_metadata);
  // Slack only hands a window to the person it was opened for; whatever says otherwise is made up.
  if (from === undefined || !from.userId.endsWith(`:${user.id}`)) return undefined;
  const fields = Object.fromEntries(
    Object.values(view.state.values)
      .flatMap((block) => Object.entries(block))
      .map(([name, given]) => [name, given.selected_option?.value ?? given.value ?? '']),
  );
  if (view.callback_id === windows.profile) {
    const names = Object.keys(questions) as ProfileField[];
    const given = Object.fromEntries(names.map((name) => [name, fields[name] ?? '']));
    return { origin: from, value: { command: 'save-profile', ...given } };
  }
  if (view.callback_id !== windows.ownWords || from.answerId === undefined) return undefined;
  const words = (fields['words'] ?? '').slice(0, longestReason);
  return { origin: from, value: { command: 'feedback-reason', answerId: from.answerId, words } };
}

function readOrigin(metadata: string): WindowOrigin | undefined {
  try {
    return origin.safeParse(JSON.parse(metadata)).data;
  } catch {
    return undefined;
  }
}

type InputElement = Extract<SlackBlock, { type: 'input' }>['element'];

function input(name: string, label: string, element: InputElement): SlackBlock {
  return {
    type: 'input',
    block_id: name,
    optional: true,
    label: { type: 'plain_text', text: label },
    element,
  };
}

function window(title: string, callbackId: string, from: WindowOrigin, blocks: SlackBlock[]): View {
  return {
    type: 'modal',
    callback_id: callbackId,
    private_metadata: JSON.stringify(from),
    title: { type: 'plain_text', text: title },
    submit: { type: 'plain_text', text: 'Send' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      ...(callbackId === windows.profile
        ? [
            {
              type: 'section' as const,
              text: { type: 'plain_text' as const, text: texts.formInvitation },
            },
          ]
        : []),
      ...blocks,
    ],
  };
}
