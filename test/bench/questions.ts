import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Different questions, so that no cache of one answer is measured. */
export const benchQuestions = [
  'How do I become an ML engineer?',
  'What is the difference between an AI engineer and a data scientist?',
  'Which skills do AI job postings ask for?',
  'How do I prepare for a behavioral interview?',
  'How long does it take to move from backend to AI?',
  'Should I do a take-home assignment?',
  'What should a resume for AI roles look like?',
  'How do I negotiate an offer?',
  'What is RAG and how do I learn it?',
  'How do I evaluate an LLM application?',
  'Do I need a degree to work in AI?',
  'What does an MLOps engineer do?',
] as const;

/** Every question that heads a passage of the articles, about a thousand: caches fill with them as they do in life. */
export async function readArticleQuestions(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const articles = names.filter((name) => name.endsWith('.md')).toSorted();
  const texts = await Promise.all(articles.map((name) => readFile(join(folder, name), 'utf8')));
  const headings = texts.flatMap((text) => [...text.matchAll(/^## (.+\?)\s*$/gm)]);
  return [...new Set(headings.map(([, question = '']) => question))];
}
