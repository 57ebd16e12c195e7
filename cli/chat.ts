import { enableCompileCache } from 'node:module';
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';

enableCompileCache();

const { openTerminalChat } = await import('#app.ts');
const { readEnvironment, readSettings } = await import('#composition/settings.ts');
const { toMentorError } = await import('#errors.ts');
const { stopWithReader } = await import('./stop-with-reader.ts');
const { createTerminalLogger } = await import('./terminal-logger.ts');

stopWithReader(process.stdout);

/** Talks until the input ends; one line is one message. A pipe gets the answers alone. */
async function main(): Promise<void> {
  const environment = readEnvironment();
  const isInteractive = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const chat = await openTerminalChat(
    await readSettings(environment),
    createTerminalLogger(environment['LOG_LEVEL']),
    {
      output: { isInteractive, write: (text) => process.stdout.write(text) },
      userId: userInfo().username,
      /** Somebody at a terminal goes on where they were; a pipe begins anew and leaves nothing of one run to the next. */
      conversationId: isInteractive ? 'terminal' : crypto.randomUUID(),
    },
  );
  const lines = createInterface({
    input: process.stdin,
    ...(isInteractive ? { output: process.stdout, prompt: '> ' } : {}),
  });
  try {
    if (isInteractive) {
      await chat.begin();
      lines.prompt();
    }
    for await (const line of lines) {
      if (/^(exit|quit|bye)$/i.test(line.trim())) break;
      if (line.trim() !== '') await chat.say(chosenFrom(chat.offered, line) ?? line);
      if (isInteractive) lines.prompt();
    }
  } finally {
    lines.close();
    await chat.close();
  }
}

/** A number picks what was offered, unless the offers are numbers themselves. */
function chosenFrom(offered: readonly string[], line: string): string | undefined {
  if (offered.some((offer) => /^\d/.test(offer))) return undefined;
  return offered[Number(line.trim()) - 1];
}

try {
  await main();
} catch (error) {
  const { row, message } = toMentorError(error);
  process.stderr.write(`${row.userText}\n${message}\n`);
  process.exitCode = 1;
}
