import { readEnvironment, readSettings } from '#composition/settings.ts';
import { openTurnQueue } from '#composition/turns.ts';
import { toMentorError } from '#errors.ts';
import { printable } from '#language/printable.ts';
import { createLogger } from '#log.ts';
import type { TurnQueue } from '#services/turn-queue/port.ts';
import { stopWithReader } from './stop-with-reader.ts';

const usage = `Usage: npm run turns -- list
       npm run turns -- again ID | all
  list   the messages that could not be answered and were set aside, without a word of what they say
  again  lets one of them, or all, be answered once more; a running program takes them up by itself`;

stopWithReader(process.stdout);

/** Resolves to the exit code. */
async function main([command, id, ...more]: readonly string[]): Promise<number> {
  const isUsable = command === 'list' ? id === undefined : command === 'again' && id !== undefined;
  if (!isUsable || more.length > 0) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const config = await readSettings(readEnvironment());
  const { queue } = await openTurnQueue(config, createLogger('error'));
  try {
    return id === undefined ? await list(queue) : await runAgain(queue, id);
  } finally {
    await queue.close();
  }
}

async function list(queue: TurnQueue): Promise<number> {
  const dead = await queue.listDead();
  for (const { id, edge, acceptedAt, diedAt, attempts, reason } of dead)
    process.stdout.write(
      `${printable(id)}\n  ${edge}, accepted ${acceptedAt.toISOString()}, set aside ${diedAt.toISOString()} after ${attempts} attempts: ${reason.code}. ${printable(reason.message)}\n`,
    );
  process.stdout.write(`${dead.length === 0 ? 'Nothing' : dead.length} set aside.\n`);
  return 0;
}

async function runAgain(queue: TurnQueue, id: string): Promise<number> {
  const ids = id === 'all' ? (await queue.listDead()).map((turn) => turn.id) : [id];
  let again = 0;
  for (const each of ids) if (await queue.runAgain(each)) again += 1;
  process.stdout.write(
    again > 0 || id === 'all'
      ? `${again} will be answered once more.\n`
      : 'There is no such message among those that were set aside; npm run turns -- list names them.\n',
  );
  return again > 0 || id === 'all' ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { code, message } = toMentorError(error);
  process.stderr.write(`The turns could not be read (${code}).\n${message}\n`);
  process.exitCode = 1;
}
