import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { secretSettings } from '#config/settings-schema.ts';
import { readConfig } from '#config.ts';
import { toMentorError } from '#errors.ts';
import { askSettings } from './setup/ask-settings.ts';
import {
  applyChanges,
  type EnvChanges,
  readAssignments,
  readEnvFile,
  writeEnvFile,
} from './setup/env-file.ts';
import { createPrompter, type Prompter } from './setup/prompter.ts';
import { allQuestions, answerGroups } from './setup/questions.ts';
import { changesOf, type Flags, flagOf, readFlags } from './setup/read-flags.ts';

const file = '.env';

const usage = `Usage: npm run setup -- [--yes] [--answers ${answerGroups.map(({ name }) => name).join('|')}] [--SETTING VALUE]...
  Asks how the program shall run, writes ${file}, and tries what was configured with npm run doctor.
  --yes      asks nothing: what the flags say, and defaults for the rest; overwrites what the flags name
  --SETTING  one of these; an empty value takes it away. Others may see the command line: rather type secrets, or keep
             them in the environment or a key vault.
${allQuestions.map(({ setting }) => `             --${flagOf(setting)}`).join('\n')}
  Without a terminal it asks nothing either, and overwrites nothing without --yes.`;

/** Resolves to the exit code. */
async function main(): Promise<number> {
  const flags = readFlags(process.argv.slice(2));
  if (flags.help) return say(usage, 0);
  if (flags.mistakes.length > 0)
    return complain(`${flags.mistakes.join('\n')}\nnpm run setup -- --help shows all flags.`, 2);
  const isAtTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const prompter =
    flags.yes || !isAtTerminal ? undefined : createPrompter(process.stdin, process.stdout);
  try {
    const code = await changeSettings(flags, prompter);
    if (code !== undefined) return code;
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
    return complain('\nNothing was written.', 130);
  } finally {
    prompter?.close();
  }
  return await runDoctor();
}

/** Writes what is to change; resolves to an exit code where that ends the program. */
async function changeSettings(
  flags: Flags,
  prompter: Prompter | undefined,
): Promise<number | undefined> {
  const before = readEnvFile(file);
  const current = readAssignments(before);
  const changes = changesOf(flags, current);
  if (prompter !== undefined) await addAnswers(prompter, changes, current);
  if (changes.size === 0) {
    const reason =
      prompter === undefined && !flags.yes
        ? ': without a terminal nothing is asked, answers in a pipe are not read, and npm run setup -- --help shows the flags'
        : '';
    say(`${file} stays as it is${reason}.\n`, 0);
    return undefined;
  }
  const after = applyChanges(before, changes);
  say(describeChanges(changes, current), 0);
  const mistakes = mistakesIn(after);
  if (mistakes !== undefined) say(mistakes, 0);
  if (!(await mayWrite({ flags, prompter, changes, current, isRight: mistakes === undefined })))
    return complain('Nothing was written.', 1);
  writeEnvFile(file, after);
  say(`Written to ${file}, which only you can read.\n`, 0);
  return undefined;
}

/** What the flags said counts as there already. */
async function addAnswers(
  prompter: Prompter,
  changes: Map<string, string | undefined>,
  current: Readonly<Record<string, string>>,
): Promise<void> {
  const known = { ...current, ...Object.fromEntries(changes) };
  for (const [setting, value] of await askSettings(prompter, known)) changes.set(setting, value);
  for (const [setting, value] of changes)
    if ((current[setting] || undefined) === value) changes.delete(setting);
}

interface Decision {
  readonly flags: Flags;
  readonly prompter: Prompter | undefined;
  readonly changes: EnvChanges;
  readonly current: Readonly<Record<string, string>>;
  readonly isRight: boolean;
}

async function mayWrite({
  flags,
  prompter,
  changes,
  current,
  isRight,
}: Decision): Promise<boolean> {
  if (prompter !== undefined) {
    const said = await prompter.ask(isRight ? 'Write this? [Y/n]' : 'Write it nevertheless? [y/N]');
    return said === '' ? isRight : /^y(es)?$/i.test(said);
  }
  if (!isRight) return false;
  const overwritten = [...changes.keys()].filter((setting) => current[setting]);
  if (flags.yes || overwritten.length === 0) return true;
  complain(`To overwrite ${overwritten.join(', ')}, add --yes.`, 1);
  return false;
}

function describeChanges(changes: EnvChanges, current: Readonly<Record<string, string>>): string {
  const secrets = new Set<string>(secretSettings);
  const shown = (setting: string, value: string) => (secrets.has(setting) ? '(secret)' : value);
  const lines = [...changes].map(([setting, value]) => {
    const before = current[setting];
    if (value === undefined) return `  - ${setting}, kept as a comment`;
    return before
      ? `  ~ ${setting}: ${shown(setting, before)} becomes ${shown(setting, value)}`
      : `  + ${setting}: ${shown(setting, value)}`;
  });
  return [`This changes in ${file}:`, ...lines].join('\n');
}

/** What would keep the program from starting; a key vault may hold what lacks, which the doctor finds out. */
function mistakesIn(text: string): string | undefined {
  const environment = { ...readAssignments(text), ...process.env };
  if (environment['AZURE_KEY_VAULT_URL']) return undefined;
  try {
    readConfig(environment);
    return undefined;
  } catch (error) {
    return toMentorError(error).message;
  }
}

/** In a process of its own, which reads the settings as the program will. */
async function runDoctor(): Promise<number> {
  const doctor = spawn(process.execPath, [join(import.meta.dirname, 'doctor.ts')], {
    stdio: 'inherit',
  });
  const [code] = (await once(doctor, 'exit')) as [number | null];
  return code ?? 1;
}

function say(text: string, code: number): number {
  process.stdout.write(`${text}\n`);
  return code;
}

function complain(text: string, code: number): number {
  process.stderr.write(`${text}\n`);
  return code;
}

process.exitCode = await main().catch((error: unknown) =>
  complain(toMentorError(error).message, 1),
);
