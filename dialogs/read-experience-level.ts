import type { ExperienceLevel } from '#services/profiles/port.ts';
import { readNumbers } from './read-numbers.ts';

/** The six levels as a person chooses them. */
export const levelLabels: Readonly<Record<ExperienceLevel, string>> = {
  student: 'Student',
  entry: 'Entry level',
  junior: 'Junior',
  mid: 'Mid level',
  senior: 'Senior',
  career_changer: 'Career changer',
};

/** In this order: "student with 2 years of work" is a student, "senior, coming from sales" a senior. */
const wordsForLevels: readonly (readonly [ExperienceLevel, RegExp])[] = [
  [
    'student',
    /\b(student|studying|studi|undergrad\w*|bachelor\w* student|in (uni|university|college|school)|freshman|sophomore|phd candidate)\b/,
  ],
  [
    'career_changer',
    /\b(career[ _-]?chang\w*|changing careers?|chang\w* fields?|switch\w*|career switch\w*|transition\w*|quereinsteiger\w*|from (another|a different) (field|career|industry))\b/,
  ],
  [
    'senior',
    /\b(senior|sr|snr|staff|principal|lead|tech lead|architect|head of|manager|cto|expert|veteran)\b/,
  ],
  ['mid', /\b(mid|middle|mid ?level|midlevel|medior|intermediate|regular|experienced)\b/],
  ['junior', /\b(junior|jr|jnr)\b/],
  [
    'entry',
    /\b(entry|entry ?level|beginner|begginer|newbie|noob|fresher|new ?grad\w*|graduate|grad|trainee|intern|starting out|just start\w*|no experience|zero experience|none at all)\b/,
  ],
];

/** The level a free text means, from its words or its years; `undefined` where it says neither. */
export function readExperienceLevel(text: string): ExperienceLevel | undefined {
  const words = text
    .toLowerCase()
    .replace(/[_-]+/g, ' ')
    .replace(/[^\p{L}\p{N}.\s]+/gu, ' ')
    // "You are the expert" is not about them.
    .replace(/\b(you|u) (are|re|r) .*$/, '')
    .trim();
  for (const [level, pattern] of wordsForLevels) if (pattern.test(words)) return level;
  const years = readYears(words);
  if (years === undefined) return undefined;
  if (years < 0.5) return 'entry';
  if (years < 2) return 'junior';
  return years < 6 ? 'mid' : 'senior';
}

function readYears(words: string): number | undefined {
  const [amount] = readNumbers(words);
  if (amount === undefined) return undefined;
  if (/\b(months?|mo|mths?)\b/.test(words)) return amount / 12;
  const saysYears = /\b(years?|yrs?|yoe|y|yr|ys|anos|años|jahre?)\b|\d\s?y/.test(words);
  const isBareNumber = words.split(' ').length <= 2;
  return saysYears || isBareNumber ? amount : undefined;
}
