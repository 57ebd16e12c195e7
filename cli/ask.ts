import { parseArgs } from 'node:util';
import { openCore } from '#app.ts';
import { readConfig } from '#config.ts';
import { toMentorError } from '#errors.ts';
import { createLogger } from '#log.ts';
import type { Answer } from '#mentor/answer.ts';

const usage = 'Usage: npm run ask -- [--json] "your question"';

/** Prints one answer; resolves to the exit code. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const text = positionals.join(' ').trim();
  if (text === '') {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const config = readConfig(process.env);
  const core = await openCore(config, createLogger(process.env['LOG_LEVEL'] ?? 'warn'));
  try {
    await core.publishBuiltInArticles();
    for await (const event of core.answerQuestion({ text, conversationId: 'ask', history: [] })) {
      if (event.type !== 'answer') continue;
      const output = values.json ? JSON.stringify(event.answer, null, 2) : toText(event.answer);
      process.stdout.write(`${output}\n`);
    }
    return 0;
  } finally {
    core.close();
  }
}

/** The answer for reading in a terminal, in the order of the answer card. */
function toText(answer: Answer): string {
  const sources = answer.citations.map(
    ({ number, title, section, documentType, date }) =>
      `  [${number}] ${title}: ${section} (${documentType.replace('_', ' ')}, reviewed ${date})`,
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

process.exitCode = await main().catch((error: unknown) => {
  const { row, message } = toMentorError(error);
  process.stderr.write(`${row.userText}\n${message}\n`);
  return 1;
});
