import { readFileSync } from 'node:fs';

const names = ['answer', 'documents', 'citation-reminder', 'rewrite'] as const;

export type PromptName = (typeof names)[number];

/** Fills a prompt's `{{name}}` places; a line whose place is empty vanishes with it. */
export type RenderPrompt = (name: PromptName, values: Readonly<Record<string, string>>) => string;

/** Reads the prompts once; throws where a file is missing, at start and not in the middle of a turn. */
export function loadPrompts(folder: string): RenderPrompt {
  const templates = new Map(
    names.map((name) => [name, readFileSync(`${folder}/${name}.md`, 'utf8').trim()]),
  );
  return (name, values) =>
    (templates.get(name) ?? '')
      /** One pass, so that a value that holds braces is never filled itself. */
      .replaceAll(/\{\{([a-z]+)\}\}/g, (_, key: string) => values[key] ?? '')
      .replaceAll(/\n{3,}/g, '\n\n')
      .trim();
}
