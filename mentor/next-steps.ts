import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';
import { type ExperienceLevel, experienceLevels } from '#services/profiles/port.ts';

/**
 * The article's own next step for this person's level: the lines of its last section read `level, level: step`.
 * Without a level the first line serves; an article without such a section gives none.
 */
export function nextStepsOf(
  passages: readonly KnowledgeDocument[],
  level: ExperienceLevel | undefined,
): string[] {
  const lines = passages
    .filter((passage) => passage.part === 'next-steps')
    .flatMap((passage) => passage.content.split('\n'))
    .map(readLine)
    .filter((line) => line.step !== '');
  const fitting = lines.find((line) => level !== undefined && line.levels.includes(level));
  const chosen = fitting ?? lines[0];
  return chosen === undefined ? [] : [chosen.step];
}

function readLine(line: string): { levels: readonly string[]; step: string } {
  const [, names = '', step = ''] = /^([a-z_, ]+): (.+)$/.exec(line.trim()) ?? [];
  const levels = names.split(', ');
  const namesLevels = levels.every((level) => experienceLevels.some((known) => known === level));
  return namesLevels ? { levels, step } : { levels: [], step: line.trim() };
}
