import { settingsSchema } from '#config/settings-schema.ts';
import type { Prompter } from './prompter.ts';
import {
  type AnswerGroupName,
  answerGroups,
  type Question,
  type SettingName,
  serverQuestions,
  serviceGroups,
  teamsQuestions,
} from './questions.ts';

type Values = Readonly<Record<string, string | undefined>>;

/** What a value must be, where this one is not it. */
export function mistakeIn(setting: SettingName, value: string): string | undefined {
  const { error } = settingsSchema.shape[setting].safeParse(value);
  return error?.issues[0]?.message;
}

/** How answers are written with these settings. */
export function answerGroupOf(values: Values): AnswerGroupName {
  if (values['AZURE_OPENAI_DEPLOYMENT']) return 'azure-openai';
  return values['OPENAI_MODEL'] ? 'openai' : 'passages';
}

/** Settings of the other ways to write answers, as far as they are set: two at once contradict each other. */
export function settingsToDrop(chosen: AnswerGroupName, values: Values): SettingName[] {
  if (chosen === answerGroupOf(values)) return [];
  const settingsOf = (name: AnswerGroupName): SettingName[] =>
    answerGroups
      .filter((group) => group.name === name)
      .flatMap(({ questions }) => questions)
      .map(({ setting }) => setting);
  const kept = new Set(settingsOf(chosen));
  return answerGroups
    .flatMap(({ name }) => settingsOf(name))
    .filter((setting) => !kept.has(setting) && values[setting]);
}

/** Asks the few questions there are; resolves to the settings that are to change, each with its new value or none. */
export async function askSettings(
  prompter: Prompter,
  current: Values,
): Promise<Map<string, string | undefined>> {
  const changes = new Map<string, string | undefined>();
  const known = (setting: SettingName) =>
    changes.has(setting) ? changes.get(setting) : current[setting];
  const askAll = async (questions: readonly Question[]) => {
    for (const question of questions) {
      if (question.follows !== undefined && !known(question.follows)) continue;
      const before = current[question.setting];
      const after = await askOne(prompter, question, before);
      if (after !== before) changes.set(question.setting, after);
    }
  };
  const chosen = await chooseAnswerGroup(prompter, answerGroupOf(current));
  for (const setting of settingsToDrop(chosen, current)) changes.set(setting, undefined);
  await askAll(answerGroups.find(({ name }) => name === chosen)?.questions ?? []);
  const services = await chooseServices(prompter);
  await askAll(
    serviceGroups.flatMap(({ questions }, index) => (services.has(index + 1) ? questions : [])),
  );
  await askAll([...teamsQuestions, ...serverQuestions]);
  return changes;
}

async function chooseAnswerGroup(
  prompter: Prompter,
  current: AnswerGroupName,
): Promise<AnswerGroupName> {
  prompter.say('How shall answers be written?');
  for (const [index, { words }] of answerGroups.entries()) prompter.say(`  ${index + 1}  ${words}`);
  const byDefault = answerGroups.findIndex(({ name }) => name === current) + 1;
  for (;;) {
    const said = await prompter.ask(`1 to ${answerGroups.length} [${byDefault}]`);
    const chosen = answerGroups[Number(said || byDefault) - 1];
    if (chosen !== undefined) return chosen.name;
    prompter.say(`  Please write a number from 1 to ${answerGroups.length}.`);
  }
}

async function chooseServices(prompter: Prompter): Promise<ReadonlySet<number>> {
  prompter.say('Which of these services do you have? Each replaces a part that is built in.');
  for (const [index, { words }] of serviceGroups.entries())
    prompter.say(`  ${index + 1}  ${words}`);
  for (;;) {
    const said = await prompter.ask('Numbers, such as 1, 3, or Enter to leave them as they are');
    const numbers = said
      .split(/[\s,;]+/)
      .filter((part) => part !== '')
      .map(Number);
    if (numbers.every((number) => serviceGroups[number - 1] !== undefined)) return new Set(numbers);
    prompter.say(`  Please write numbers from 1 to ${serviceGroups.length}.`);
  }
}

/** Asks until the answer can be used. Enter keeps what there is; a dash takes it away. */
async function askOne(
  prompter: Prompter,
  question: Question,
  current: string | undefined,
): Promise<string | undefined> {
  const { setting, words, isSecret = false } = question;
  const kept = current ? ` [${isSecret ? 'as it is' : current}; - for none]` : '';
  const ask = isSecret ? prompter.askSecret : prompter.ask;
  for (;;) {
    const said = await ask(`${words}${kept}`);
    const mistake = mistakeInAnswer(question, said, current);
    if (mistake !== undefined) prompter.say(`  ${setting} ${mistake}.`);
    else if (said === '') return current;
    else return said === '-' ? undefined : said;
  }
}

function mistakeInAnswer(
  { setting, isNeeded = false }: Question,
  said: string,
  current: string | undefined,
): string | undefined {
  if (said === '-') return undefined;
  if (said !== '') return mistakeIn(setting, said);
  return isNeeded && !current ? 'is needed here' : undefined;
}
