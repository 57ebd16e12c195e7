import { existsSync, readFileSync } from 'node:fs';
import type { Config } from '#config.ts';
import {
  createWordVectors,
  readStoredWordVectors,
  wordVectorsFile,
} from '#language/word-vectors.ts';
import type { MeaningOptions } from '#services/knowledge-index/ranking/meaning.ts';

/** What words mean and what is asked of others, read with the first question: a start needs neither. */
export function readMeaning({
  knowledgeDirectory,
}: Pick<Config, 'knowledgeDirectory'>): MeaningOptions {
  let read: MeaningOptions | undefined;
  const open = () => {
    read ??= {
      vectors: createWordVectors(readStoredWordVectors(wordVectorsFile)),
      otherQuestions: readOtherQuestions(knowledgeDirectory),
    };
    return read;
  };
  return {
    get vectors() {
      return open().vectors;
    },
    get otherQuestions() {
      return open().otherQuestions;
    },
  };
}

/** One a line; none where the knowledge folder has no such list. */
export function readOtherQuestions(knowledgeDirectory: string): string[] {
  const path = `${knowledgeDirectory}/other-questions.txt`;
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
}
