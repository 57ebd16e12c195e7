import { parseArgs } from 'node:util';
import { answerGroupOf, mistakeIn, settingsToDrop } from './ask-settings.ts';
import { type AnswerGroupName, allQuestions, answerGroups, type SettingName } from './questions.ts';

export interface Flags {
  /** Everything by default, overwriting what the flags name, without a question. */
  readonly yes: boolean;
  readonly help: boolean;
  readonly answers?: AnswerGroupName;
  /** An empty value takes the setting away. */
  readonly values: ReadonlyMap<SettingName, string>;
  /** What cannot be used, each in a sentence. */
  readonly mistakes: readonly string[];
}

/** The flag of a setting: `--azure-openai-endpoint` for AZURE_OPENAI_ENDPOINT, `--microsoft-app-id` for MicrosoftAppId. */
export function flagOf(setting: SettingName): string {
  return setting
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-')
    .replaceAll('_', '-')
    .toLowerCase();
}

/** Reads the command line; an option that is not known is a mistake too. */
export function readFlags(words: readonly string[]): Flags {
  const mistakes: string[] = [];
  const nothing = { yes: false, help: false, values: new Map<SettingName, string>() };
  try {
    const { values: given } = parseArgs({
      args: [...words],
      options: {
        yes: { type: 'boolean', short: 'y' },
        help: { type: 'boolean', short: 'h' },
        answers: { type: 'string' },
        ...Object.fromEntries(
          allQuestions.map(({ setting }) => [flagOf(setting), { type: 'string' as const }]),
        ),
      },
    });
    const values = new Map<SettingName, string>();
    for (const { setting } of allQuestions) {
      const value = (given as Record<string, string | undefined>)[flagOf(setting)]?.trim();
      if (value === undefined) continue;
      const mistake = value === '' ? undefined : mistakeIn(setting, value);
      if (mistake === undefined) values.set(setting, value);
      else mistakes.push(`--${flagOf(setting)} ${mistake}`);
    }
    const answers = answerGroups.find(({ name }) => name === given.answers)?.name;
    if (given.answers !== undefined && answers === undefined)
      mistakes.push(`--answers must be ${answerGroups.map(({ name }) => name).join(', ')}`);
    return {
      yes: given.yes ?? false,
      help: given.help ?? false,
      ...(answers === undefined ? {} : { answers }),
      values,
      mistakes,
    };
  } catch (error) {
    return { ...nothing, mistakes: [(error as Error).message] };
  }
}

/** What the flags change of the settings there are. */
export function changesOf(
  { answers, values }: Flags,
  current: Readonly<Record<string, string | undefined>>,
): Map<string, string | undefined> {
  const chosen = answers ?? answerGroupOf(Object.fromEntries(values));
  const isChoice = answers !== undefined || chosen !== 'passages';
  const dropped = isChoice ? settingsToDrop(chosen, current) : [];
  const changes = new Map<string, string | undefined>(dropped.map((name) => [name, undefined]));
  for (const [setting, value] of values) changes.set(setting, value === '' ? undefined : value);
  for (const [setting, value] of changes)
    if ((current[setting] || undefined) === value) changes.delete(setting);
  return changes;
}
