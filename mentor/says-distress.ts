import type { Screening } from './screen-question.ts';

/** Makes the function that tells whether somebody says that they are not well, by the rules of the screening. */
export function createDistressCheck(
  screen: (text: string) => Screening,
): (text: string) => boolean {
  return (text) => {
    try {
      const screening = screen(text);
      return screening.pass ? screening.preface !== undefined : screening.kind === 'distress';
    } catch {
      // What the screening refuses to read, such as a dash or a book, says nothing of the kind.
      return false;
    }
  };
}
