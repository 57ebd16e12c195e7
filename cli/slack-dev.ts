import { enableCompileCache } from 'node:module';

enableCompileCache();

const { readEnvironment, readSettings } = await import('#composition/settings.ts');
const { toMentorError } = await import('#errors.ts');
const { createLogger } = await import('#log.ts');
const { openSlackSocketMode } = await import('#composition/slack.ts');

const drainMs = 10_000;

/** The bot in a Slack workspace, from a machine that Slack cannot reach; Ctrl+C ends it. */
try {
  const config = await readSettings(readEnvironment());
  const slack = await openSlackSocketMode(config, createLogger(config.logLevel));
  process.stdout.write('Career Mentor listens to Slack by Socket Mode. Ctrl+C ends it.\n');
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void slack.close(drainMs).then(() => process.exit(0)));
} catch (error) {
  const { code, message } = toMentorError(error);
  process.stderr.write(`Slack could not be opened (${code}).\n${message}\n`);
  process.exitCode = 1;
}
