import { readFile, writeFile } from 'node:fs/promises';
import { noTurns, type Offence } from './judge.ts';
import type { ChaosCounts, ChaosRun } from './run-chaos.ts';

/** What was found in all runs of a scenario. */
export interface ChaosResult {
  readonly name: string;
  readonly what: string;
  readonly runs: number;
  readonly counts: ChaosCounts;
  readonly offences: readonly Offence[];
  /** Why it could not be run here. */
  readonly left?: string;
}

const columns = [
  ['accepted', 'accepted'],
  ['answered', 'answered'],
  ['apologised', 'apologised'],
  ['lost', '**lost**'],
  ['repeated', '**repeated**'],
  ['wrongRecords', '**wrong in the store**'],
  ['sentAgain', 'sent again'],
  ['ends', 'ends of a process'],
  ['refused', 'refused'],
] as const satisfies readonly (readonly [keyof ChaosCounts, string])[];

/** What was found before, from the JSON beside the report; nothing where there is none. */
export async function readResults(path: string): Promise<ChaosResult[]> {
  const text = await readFile(jsonPathOf(path), 'utf8').catch(() => '[]');
  return JSON.parse(text) as ChaosResult[];
}

/** Puts new results in the place of older ones of the same scenarios, in the order of the names. */
export function replaceResults(
  older: readonly ChaosResult[],
  newer: readonly ChaosResult[],
  names: readonly string[],
): ChaosResult[] {
  const byName = new Map([...older, ...newer].map((result) => [result.name, result]));
  return names.map((name) => byName.get(name)).filter((result) => result !== undefined);
}

/** Writes the report in Markdown, and beside it in JSON. */
export async function writeReport(path: string, results: readonly ChaosResult[]): Promise<void> {
  await writeFile(path, renderReport(results));
  await writeFile(jsonPathOf(path), `${JSON.stringify(results, undefined, 2)}\n`);
}

function jsonPathOf(path: string): string {
  return path.replace(/(?:\.md)?$/, '.json');
}

/** The report in Markdown. */
export function renderReport(results: readonly ChaosResult[]): string {
  const ran = results.filter(({ runs }) => runs > 0);
  const all = { runs: ran.reduce((sum, { runs }) => sum + runs, 0), counts: addUp(ran) };
  const row = (name: string, { runs, counts }: Pick<ChaosResult, 'runs' | 'counts'>) =>
    `| ${name} | ${runs} | ${columns.map(([key]) => counts[key]).join(' | ')} |`;
  return `# Chaos: every accepted turn is answered, once

\`npm run chaos\` wrote this page; \`-- --runs N\` says how often, \`--only NAME\` runs one scenario. In every run people in the web page, in Teams and in a channel of
Bot Framework that only takes messages ask one question after another, while this happens to the real program:

${results.map(({ name, what, left }) => `- **${name}**: ${what}.${left === undefined ? '' : ` (${left})`}`).join('\n')}

After each run every turn that was accepted is looked for: one final answer in its channel, one question and one answer in the
store.

| | runs | ${columns.map(([, title]) => title).join(' | ')} |
|---|${'---:|'.repeat(columns.length + 1)}
${ran.map((result) => row(result.name, result)).join('\n')}
${row('all', all)}
${offencesOf(ran)}
- **accepted**: the channel was told that the bot has the message.
- **answered** may be higher: where the connection broke before the channel was told, the turn can have been accepted all the same.
- **apologised**: told in words that it could not be answered.
- **repeated**: came twice though it has a name: an answer that grew, and in the web page any message.
- **sent again**: a message that a channel had taken when the process died, and whose receipt was never read. Bot Framework's
  connector takes messages without a name of the sender's and cannot be asked for them, so such a message goes out once more
  rather than never. Answers are safe from it wherever they grow (Teams, the web page, Slack): the growing message has a name.
- **refused**: the program said that it could not take a message, or was not there; whoever sent it sends it again.
`;
}

/** The turns that did not end as they should, by name, so that somebody can look for the reason. */
function offencesOf(results: readonly ChaosResult[]): string {
  const lines = results.flatMap(({ name, offences }) =>
    offences.map(
      ({ kind, conversationKey, activityId, details }) =>
        `- ${name}, ${kind}: \`${activityId}\` in \`${conversationKey}\`\n${details.map((detail) => `  - ${detail}`).join('\n')}`,
    ),
  );
  return lines.length === 0 ? '' : `\n## What went wrong\n\n${lines.join('\n')}\n`;
}

const nothing: ChaosCounts = {
  ...noTurns,
  wrongRecords: 0,
  ends: 0,
  refused: 0,
};

/** Adds up what was counted. */
export function addUp(parts: readonly Pick<ChaosRun, 'counts'>[]): ChaosCounts {
  const total = { ...nothing };
  for (const { counts } of parts)
    for (const name of Object.keys(total) as (keyof ChaosCounts)[]) total[name] += counts[name];
  return total;
}
