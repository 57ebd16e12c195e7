import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { MentorError } from '#errors.ts';

const rulesSchema = z.array(
  z.object({
    kind: z.enum(['crisis', 'distress', 'cheating', 'system-prompt', 'other-person']),
    /** Regular expressions, matched without regard to case; one match is enough. */
    patterns: z.array(z.string()).min(1),
    /** What the person reads; for `distress` it stands before the answer. */
    text: z.string().min(1),
    /** What they read when they ask nothing. */
    textAlone: z.string().min(1).optional(),
  }),
);

export type ScreenKind = z.infer<typeof rulesSchema>[number]['kind'];

export type Screening =
  | { readonly pass: true; readonly text: string; readonly preface?: string }
  | { readonly pass: false; readonly kind: ScreenKind; readonly reply: string };

/** Longest question, in UTF-16 units: about 1,000 words. */
export const longestQuestion = 6_000;

/** Reads the screening rules, which are data so that an organisation can name its own helplines. */
export function readScreeningRules(file: string): (question: string) => Screening {
  const rules = rulesSchema
    .parse(JSON.parse(readFileSync(file, 'utf8')))
    .map((rule) => ({
      ...rule,
      patterns: rule.patterns.map((pattern) => new RegExp(pattern, 'iu')),
    }));

  return function screenQuestion(question) {
    const text = cleanText(question);
    if (!/[\p{L}\p{N}]/u.test(text))
      throw new MentorError('question-empty', 'The question has no words');
    if (text.length > longestQuestion)
      throw new MentorError('question-too-long', `The question has ${text.length} characters`);
    const rule = rules.find(({ patterns }) => patterns.some((pattern) => pattern.test(text)));
    if (rule === undefined) return { pass: true, text };
    if (rule.kind === 'distress' && asksSomething(text))
      return { pass: true, text, preface: rule.text };
    return { pass: false, kind: rule.kind, reply: rule.textAlone ?? rule.text };
  };
}

function asksSomething(text: string): boolean {
  return /\?|\b(how|what|when|where|which|who|should|can|could|do i|is it|help me)\b/i.test(text);
}

/** Without control and invisible characters, which carry no meaning and can hide instructions. */
export function cleanText(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}]+/gu, (run) =>
      /[\n\t\r]/.test(run) ? '\n' : run.includes('\u200D') ? '\u200D' : ' ',
    )
    .replaceAll(/[^\S\n]+/g, ' ')
    .trim();
}
