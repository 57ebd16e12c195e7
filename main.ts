import { readEnvironment, readSettings } from '#composition/settings.ts';
import { toMentorError } from '#errors.ts';

/** How long running turns may take to end after SIGTERM; with all the rest it stays within the 25 s that are promised. */
const drainMs = 20_000;

try {
  const { createApp } = await import('#app.ts');
  const app = await createApp(await readSettings(readEnvironment()));
  const address = await app.listen();
  process.stdout.write(`Career Mentor is ready: ${address}\n`);
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      /** Who presses Ctrl+C twice means it. */
      if (isStopping) process.exit(130);
      isStopping = true;
      void app.close(drainMs).then(() => process.exit(0));
    });
} catch (error) {
  const { code, message } = toMentorError(error);
  process.stderr.write(`Career Mentor could not start (${code}).\n${message}\n`);
  // What was opened before the failure must not keep the process.
  process.exit(1);
}
