import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { MentorError } from '#errors.ts';
import type { Variants } from './fixed-replies.ts';

const rulesSchema = z.array(
  z.object({
    kind: z.enum(['crisis', 'distress', 'cheating', 'system-prompt', 'other-person']),
    /** Regular expressions, matched without regard to case; one match is enough. */
    patterns: z.array(z.string()).min(1),
    /** What the person reads; for `distress` it stands before the answer. */
    text: z.string().min(1),
    /** What they read when they ask nothing. */
    textAlone: z.string().min(1).optional(),
    /** Other words for whoever reads it again. */
    again: z.array(z.string().min(1)).default([]),
  }),
);

export type ScreenKind = z.infer<typeof rulesSchema>[number]['kind'];

export type Screening =
  | { readonly pass: true; readonly text: string; readonly preface?: string }
  | { readonly pass: false; readonly kind: ScreenKind; readonly replies: Variants };

/** Longest question, in UTF-16 units: about 1,000 words. */
export const longestQuestion = 6_000;

/** Reads the screening rules, which are data so that an organisation can name its own helplines. */
export function readScreeningRules(file: string): (question: string) => Screening {
  const rules = rulesSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).map((rule) => ({
    ...rule,
    patterns: rule.patterns.map((pattern) => new RegExp(pattern, 'iu')),
  }));

  return function screenQuestion(question) {
    const text = cleanText(question);
    if (!/[\p{L}\p{N}]/u.test(text))
      throw new MentorError('question-empty', 'The question has no words');
    const plain = plainText(text);
    const rule = rules.find(({ patterns }) => patterns.some((pattern) => pattern.test(plain)));
    /** Somebody who writes a lot because they are in danger is answered all the same. */
    if (text.length > longestQuestion && rule?.kind !== 'crisis')
      throw new MentorError('question-too-long', `The question has ${text.length} characters`);
    if (rule === undefined) return { pass: true, text };
    if (rule.kind === 'distress' && asksSomething(text))
      return { pass: true, text, preface: rule.text };
    return { pass: false, kind: rule.kind, replies: [rule.textAlone ?? rule.text, ...rule.again] };
  };
}

function asksSomething(text: string): boolean {
  return /\?|\b(how|what|(should|can|could|do|am|may) i|(can|could) you|is it|help me)\b/i.test(
    text,
  );
}

/** The text as the patterns are written: plain letters and apostrophes, and no joiners inside words. */
function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\u2018\u2019\u02BC\u0060\u00B4]/g, "'")
    .replaceAll(/[\u200C\u200D]/g, '')
    .replaceAll(/\s+/g, ' ');
}

/**
 * Without control characters and invisible ones, which carry no meaning and can hide instructions. The joiners stay:
 * emoji and several scripts are written with them.
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/\r\n?|[\u2028\u2029]/g, '\n')
    .replaceAll(/(?![\u200C\u200D])[\p{Cf}\p{Co}\p{Cn}]/gu, '')
    .replaceAll(/(?:(?!\n)[\p{Cc}\s])+/gu, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
    .trim();
}
