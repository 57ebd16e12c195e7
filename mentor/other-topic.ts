import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What a topic is called, and the regular expression of the words that name it. */
const otherTopicsSchema = z.record(z.string(), z.string().min(1));

/**
 * Reads the topics that no mentor for careers answers, which is data so that an organisation can name its own. Gives whether
 * a question names one: then a passage must hold nearly all of it to count as evidence, since "best running shoes" and "best
 * first project" have a word in common.
 */
export function readOtherTopics(file: string): (question: string) => boolean {
  const topics = otherTopicsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const named = new RegExp(`\\b(${Object.values(topics).join('|')})(?!\\p{L})`, 'iu');
  return (question) => named.test(question);
}
