import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Asks a person at a terminal. Every question rejects with an AbortError once they leave with Ctrl+C or Ctrl+D. */
export interface Prompter {
  say(text: string): void;
  /** What they wrote, without the spaces around it. */
  ask(words: string): Promise<string>;
  /** The same without showing what is typed. */
  askSecret(words: string): Promise<string>;
  close(): void;
}

/** Asks on the given streams; `output` is a terminal. */
export function createPrompter(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Prompter {
  let isHidden = false;
  const shown = new Writable({
    write(chunk, encoding, done) {
      if (!isHidden) output.write(chunk, encoding);
      done();
    },
  });
  const lines = createInterface({ input, output: shown, terminal: true, historySize: 0 });
  const gone = new AbortController();
  lines.once('close', () => gone.abort());
  const ask = async (prompt: string) =>
    (await lines.question(prompt, { signal: gone.signal })).trim();
  return {
    say: (text) => void output.write(`${text}\n`),
    ask: (words) => ask(`${words}: `),
    async askSecret(words) {
      output.write(`${words}: `);
      isHidden = true;
      try {
        return await ask('');
      } finally {
        isHidden = false;
        output.write('\n');
      }
    },
    close: () => lines.close(),
  };
}
