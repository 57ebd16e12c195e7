import { parseArgs } from 'node:util';
import { openCore } from '#composition/core.ts';
import { readEnvironment, readSettings } from '#composition/settings.ts';
import { toMentorError } from '#errors.ts';
import { printable } from '#language/printable.ts';
import type { Answer } from '#mentor/answer.ts';
import { stopWithReader } from './stop-with-reader.ts';
import { createTerminalLogger } from './terminal-logger.ts';

const usage = 'Usage: npm run ask -- [--json] "your question"';

/** Prints one answer; resolves to the exit code. */
async function main(): Promise<number> {
  const given = readArguments();
  if (given === undefined) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const { text, json } = given;
  const environment = readEnvironment();
  const config = await readSettings(environment);
  const core = await openCore(config, createTerminalLogger(environment['LOG_LEVEL']));
  try {
    await core.publishBuiltInArticles();
    for await (const event of core.answerQuestion({ text, conversationId: 'ask', history: [] })) {
      if (event.type !== 'answer') continue;
      const output = json ? JSON.stringify(event.answer, null, 2) : printable(toText(event.answer));
      process.stdout.write(`${output}\n`);
    }
    return 0;
  } finally {
    await core.close();
  }
}

/** The question and the form of its answer; nothing where the command line holds none, or an option that is not known. */
function readArguments(): { text: string; json: boolean } | undefined {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const text = positionals.join(' ').trim();
    return text === '' ? undefined : { text, json: values.json };
  } catch {
    return undefined;
  }
}

/** The answer for reading in a terminal, in the order of the answer card. */
function toText(answer: Answer): string {
  const sources = answer.citations.map(
    ({ number, title, section, documentType, date }) =>
      `  [${number}] ${title}: ${section} (${documentType.replace('_', ' ')}, ${date === '' ? 'date unknown' : `reviewed ${date}`})`,
  );
  return [
    answer.text.replaceAll('**', ''),
    answer.becauseYouSaid,
    ...answer.nextSteps.map((step) => `Next: ${step}`),
    sources.length > 0 ? ['Sources:', ...sources].join('\n') : undefined,
    answer.notice,
    answer.followUps.length > 0
      ? ['You could ask:', ...answer.followUps.map((question) => `  - ${question}`)].join('\n')
      : undefined,
  ]
    .filter((part) => part !== undefined)
    .join('\n\n');
}

stopWithReader(process.stdout);
process.exitCode = await main().catch((error: unknown) => {
  const { row, message } = toMentorError(error);
  process.stderr.write(`${row.userText}\n${message}\n`);
  return 1;
});
