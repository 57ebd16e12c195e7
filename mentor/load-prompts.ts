import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const names = [
  'answer',
  'documents',
  'citation-reminder',
  'rewrite',
  'rerank',
  'judge',
  'suggest',
  'summary',
] as const;

export type PromptName = (typeof names)[number];

/** Fills a prompt's `{{name}}` places; a line whose place is empty vanishes with it. */
export type RenderPrompt = (name: PromptName, values: Readonly<Record<string, string>>) => string;

/** Reads the prompts once; throws where a file is missing, at start and not in the middle of a turn. */
export function loadPrompts(folder: string): RenderPrompt {
  const templates = readTemplates(folder);
  return (name, values) =>
    (templates.get(name) ?? '')
      /** One pass, so that a value that holds braces is never filled itself. */
      .replaceAll(/\{\{([a-z]+)\}\}/g, (_, key: string) => values[key] ?? '')
      .replaceAll(/\n{3,}/g, '\n\n')
      .trim();
}

/** Changes with any word of any prompt: what was answered by other prompts is another answer. */
export function promptVersionOf(folder: string): string {
  const hash = createHash('sha256');
  for (const [name, text] of readTemplates(folder)) hash.update(JSON.stringify([name, text]));
  return hash.digest('base64url').slice(0, 12);
}

function readTemplates(folder: string): ReadonlyMap<PromptName, string> {
  return new Map(names.map((name) => [name, readFileSync(`${folder}/${name}.md`, 'utf8').trim()]));
}
