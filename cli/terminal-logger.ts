import { MentorError } from '#errors.ts';
import { printable } from '#language/printable.ts';
import { createLogger, hintOf, type Logger } from '#log.ts';

/** Where the lines go, as far as it matters here. */
interface LineOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/**
 * What goes wrong, one sentence each on standard error, for somebody who runs a command by hand; whoever sets LOG_LEVEL
 * gets the log itself.
 */
export function createTerminalLogger(
  level: string | undefined,
  output: LineOutput = process.stderr,
): Logger {
  if (level !== undefined && level !== '') return createLogger(level);
  const say = (details: object, message = '') => {
    // A terminal may show what is being done just now on this very line.
    const start = output.isTTY === true ? '\r\u001B[2K' : '';
    output.write(`${start}${printable(sentenceOf(details, message))}\n`);
  };
  const nothing = () => {};
  return { warn: say, error: say, info: nothing, debug: nothing };
}

function sentenceOf(details: object, message: string): string {
  const { err: error, ...rest } = details as { readonly err?: unknown };
  const what = message.charAt(0).toUpperCase() + message.slice(1);
  if (!(error instanceof Error)) {
    const values = Object.values(rest).filter((value) => typeof value === 'string');
    return values.length === 0 ? `${what}.` : `${what}: ${values.join(', ')}`;
  }
  const namesSetting = /\b(?:check|see|set|raise|lower)\b/i.test(error.message);
  const hint = error instanceof MentorError && !namesSetting ? ` ${hintOf(error)}` : '';
  return `${what}: ${error.message.replace(/[.]?$/, '.')}${hint}`;
}
