/** What a number of years may be followed by where it is somebody's age, and not how long they have done something. */
const ageEnd =
  '(?= *(?:[.,;!?)]|$)| +(?:and|but|so|now|who|with|years? old|yrs? old|y/?o\\b|at school|in (?:school|high school|middle school|year \\d)))';

/** How people say their age; each with the age in its first group. */
const agePatterns = [
  new RegExp(
    `\\b(?:i am|i'm|im|i just turned|i turned|i'll be|i will be) (?:(?:only|just|still|almost|nearly|turning|about to turn|already) )*(\\d{1,2})${ageEnd}`,
    'gi',
  ),
  /\b(?:i am|i'm|im|as) (?:only |just )?(?:an? )?(\d{1,2})[- ]?(?:years?|yrs?)?[- ]?(?:old|yo)\b/gi,
  /\b(?:my age is|age:) *(\d{1,2})\b/gi,
  /\bich bin (?:erst )?(\d{1,2})(?= *(?:[.,;!?]|$)| jahre alt| und| aber)/gi,
  /\btengo (?:solo )?(\d{1,2}) años(?! (?:de|en)\b)/gi,
  /\bj'ai (\d{1,2}) ans(?! (?:de|d')\b)/gi,
];
/** A class of an American school and the youngest age of those in it, less the class's number. */
const gradePattern =
  /\b(?:i am|i'm|im) (?:currently |still )?(?:in |a )(?:the )?(\d{1,2})(?:th|st|nd|rd)[- ]grade(?:r)?\b/gi;
const yearsBeforeFirstGrade = 5;
const middleSchool =
  /\b(?:i am|i'm|im) (?:currently |still )?(?:in|at) middle school\b|\bi'?m a middle schooler\b/i;
const middleSchoolAge = 12;
/** Below this a number is no age of somebody who writes. */
const leastAge = 7;

/** The age that somebody says they have, or that their class tells; the last one said counts. */
export function readAge(text: string): number | undefined {
  const plain = text
    .normalize('NFKC')
    .replaceAll(/[\u2018\u2019]/g, "'")
    .replaceAll(/\s+/g, ' ');
  const found = [
    ...agePatterns.flatMap((pattern) =>
      [...plain.matchAll(pattern)].map(({ index, 1: age }) => ({ index, age: Number(age) })),
    ),
    ...[...plain.matchAll(gradePattern)].map(({ index, 1: grade }) => ({
      index,
      age: Number(grade) + yearsBeforeFirstGrade,
    })),
    ...(middleSchool.test(plain) ? [{ index: 0, age: middleSchoolAge }] : []),
  ].filter(({ age }) => age >= leastAge);
  return found.toSorted((left, right) => left.index - right.index).at(-1)?.age;
}
