import { distance } from 'fastest-levenshtein';
import { bareWords, shorten } from '#bot/normalise-text.ts';
import { isMereTalk } from '#bot/small-talk.ts';
import { texts } from '#bot/texts.ts';
import type { ProfileAnswers } from './profile-answers.ts';
import { levelLabels, readExperienceLevel } from './read-experience-level.ts';
import { readHoursPerWeek } from './read-hours-per-week.ts';
import { readReaction } from './read-reaction.ts';

export interface Role {
  readonly id: string;
  readonly name: string;
}

/** The taxonomy's role that a free text means, where it means one. */
export type MatchRole = (text: string) => Role | undefined;

export type StepName =
  | 'reason'
  | 'background'
  | 'direction'
  | 'experienceLevel'
  | 'closestWork'
  | 'hoursPerWeek';

export interface ProfileStep {
  readonly name: StepName;
  /** What the profile card calls it, and what a person calls it who wants to change it. */
  readonly label: string;
  readonly alsoCalled: RegExp;
  readonly question: string;
  readonly choices: readonly string[];
  /** Said when the answer could not be read. */
  readonly again: string;
  /** The question for whoever did not follow it. */
  readonly inOtherWords: string;
  /** What the answer is good for. */
  readonly why: string;
  /** What the text answers; an empty object where it skips, `undefined` where it cannot be read. */
  readonly read: (text: string, matchRole: MatchRole) => ProfileAnswers | undefined;
}

/** A sentence or two about oneself; what is longer is cut. */
const longestAnswer = 500;

const skips =
  /^(skip|skip it|skip this|pass|next|no|nope|nah|no thanks?|no thank you|(i )?(really )?(dont|do not) know( yet| really)?|dunno|i ?dk|(i have |ive )?no (idea|clue)( yet)?|((im|i am) )?(still )?(not sure|unsure)( yet)?|hard to say|(i )?cant say|(i )?(dont|do not|cant) remember|you (decide|choose|tell me)|whatever|anything|na|n a|no answer|no comment|weiter)$/;

/** Whether the person leaves this question open, without more ado or since they would rather not say. */
export function isSkip(text: string): boolean {
  return saysSkip(text) || readReaction(text) === 'declines';
}

/** Whether the message is a plain "skip", "no" or "no idea". */
export function saysSkip(text: string): boolean {
  return skips.test(bareWords(text)) || /^[-–—.…/]+$/.test(text.trim());
}

/** "I don't know, you are the expert" leaves open what it says nothing else about. */
function skipped(text: string): ProfileAnswers | undefined {
  return saysSkip(text.split(/[,;.!?]/)[0] ?? '') ? {} : undefined;
}

/** What people say before they say something. */
const sighs =
  /^(?:(?:because|cause|cuz|coz|u+g+h+|u+h*m+|h+m+|e+r+m*|well|lol|ok|okay|oh|eh)\b[\s,.!…]*)+(?=\S)/i;

/** Their words; a greeting, a thank you or an emoji says nothing about them. */
function readWords(text: string): string | undefined {
  if (isMereTalk(text)) return undefined;
  const plain = text.replace(/\s+/g, ' ').trim().replace(sighs, '');
  const words = shorten(plain, longestAnswer);
  return /[\p{L}\p{N}]/u.test(words) ? words : undefined;
}

const directions = [
  'AI engineer',
  'Machine learning engineer',
  'Data scientist',
  'Software engineer',
];

/** The questions of the profile in order. Nothing here asks for age, gender, origin, health, religion or family. */
export const profileSteps: readonly ProfileStep[] = [
  {
    name: 'reason',
    label: 'Brought you here',
    alsoCalled: /\b(reason|brought|why|here)\b/,
    question: 'What brought you here?',
    choices: ['Exploring', 'Switching careers', 'Interview soon', 'Laid off', 'Growing in my job'],
    again: 'A few words are enough: what made you come?',
    inOtherWords:
      'Put differently: what is on your mind about your work? A change, an interview, or just a look around.',
    why: 'It tells me what matters to you now, so that I begin there.',
    read: (text) => open('reason', text),
  },
  {
    name: 'background',
    label: 'Now',
    alsoCalled: /\b(background|now|role|job|study|studies|work)\b/,
    question: 'Where are you now? Your role or what you study, in your own words.',
    choices: [],
    again: 'A few words are enough, such as "backend developer" or "second year physics".',
    inOtherWords:
      'I mean what fills your days: a job, studies, a search. For example "backend developer" or "second year physics".',
    why: 'What you do already is where every path begins, and much of it carries over.',
    read: (text) => open('background', text),
  },
  {
    name: 'direction',
    label: 'Direction',
    alsoCalled: /\b(direction|goal|target|aim|path|career)\b/,
    question: 'Which direction would you like to go? "Not sure" is a fine answer.',
    choices: [...directions, 'Not sure'],
    again: 'A role or a field is enough, such as "data engineer".',
    inOtherWords:
      'I mean the work you would like to do one day: a role or a field, such as "data engineer" or "robotics".',
    why: 'With a direction I can look for its roles and first steps instead of talking in general.',
    read: readDirection,
  },
  {
    name: 'experienceLevel',
    label: 'Level',
    alsoCalled: /\b(level|experience|seniority|years)\b/,
    question: 'How experienced are you in software or data?',
    choices: Object.values(levelLabels),
    again:
      'I could not place that. Pick a level, or tell me your years, such as "4 years backend".',
    inOtherWords:
      'How long have you worked with software or data? Your years are enough, such as "4 years backend", or pick what comes nearest.',
    why: 'What helps a beginner bores somebody senior, and the other way round.',
    read: (text) => {
      if (isSkip(text)) return {};
      const experienceLevel = readExperienceLevel(text);
      return experienceLevel === undefined ? skipped(text) : { experienceLevel };
    },
  },
  {
    name: 'closestWork',
    label: 'Closest work',
    alsoCalled: /\b(closest|built|build|project|projects|done|portfolio)\b/,
    question: 'What have you built or done that comes closest to it? Small things count.',
    choices: ['Nothing yet'],
    again: 'A few words are enough, such as "a chatbot for our support team".',
    inOtherWords:
      'Anything you made or did that resembles that work, in a job, in a course or at home, such as "a chatbot for our support team".',
    why: 'What you have done says more than a title, and I can build on it.',
    read: (text) =>
      /^(nothing|none|no|nope|nothing yet|nothing really|not yet|zero)$/.test(bareWords(text))
        ? { closestWork: 'Nothing yet' }
        : open('closestWork', text),
  },
  {
    name: 'hoursPerWeek',
    label: 'Hours a week',
    alsoCalled: /\b(hours?|time|week)\b/,
    question: 'How many hours a week can you give it?',
    choices: ['2', '5', '10', '20'],
    again: 'I need a number here, such as 6 or "5-10"; a week has 168 hours.',
    inOtherWords:
      'Roughly how many hours are free for this in a normal week? A number is enough, such as 6 or "5-10".',
    why: 'A plan has to fit your week, or it will not be kept.',
    read: (text) => {
      if (isSkip(text)) return {};
      const hoursPerWeek = readHoursPerWeek(text);
      return hoursPerWeek === undefined ? skipped(text) : { hoursPerWeek };
    },
  },
];

/** The step a person names when they want to change something. */
export function findStep(text: string): ProfileStep | undefined {
  const words = bareWords(text);
  return (
    profileSteps.find(({ label }) => bareWords(label) === words) ??
    profileSteps.find(({ alsoCalled }) => alsoCalled.test(words))
  );
}

/** More tries than this are a burden. */
export const mostTries = 3;

/** What was said when the way out has to be named: after two answers that could not be read. */
export function retryText(step: ProfileStep, attempts: number): string {
  return attempts < 2
    ? step.again
    : `${step.again} Or leave it open: write "${texts.skip.toLowerCase()}".`;
}

function open(
  name: 'reason' | 'background' | 'closestWork',
  text: string,
): ProfileAnswers | undefined {
  if (isSkip(text)) return {};
  const words = readWords(text);
  return words === undefined ? undefined : { [name]: words };
}

/** The offered direction that a misspelt one means: "ai engneer". */
function nearestDirection(direction: string): string | undefined {
  const words = bareWords(direction);
  return directions.find((offered) => distance(words, bareWords(offered)) <= 2);
}

function readDirection(text: string, matchRole: MatchRole): ProfileAnswers | undefined {
  if (isSkip(text)) return {};
  const direction = readWords(text);
  if (direction === undefined) return undefined;
  const role = matchRole(direction) ?? matchRole(nearestDirection(direction) ?? '');
  return role === undefined ? { direction } : { direction: role.name, targetRole: role.id };
}
