import type { ChaosCounts } from './run-chaos.ts';

export interface ChaosResult {
  readonly name: string;
  readonly what: string;
  readonly counts: readonly ChaosCounts[];
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
  ['kills', 'kills'],
  ['refused', 'refused'],
] as const satisfies readonly (readonly [keyof ChaosCounts, string])[];

/** The report in Markdown. */
export function writeReport(
  results: readonly ChaosResult[],
  { runs, seed }: { readonly runs: number; readonly seed: number },
): string {
  const ran = results.filter(({ counts }) => counts.length > 0);
  const all = ran.flatMap(({ counts }) => counts);
  const row = (name: string, counts: readonly ChaosCounts[]) =>
    `| ${name} | ${counts.length} | ${columns.map(([key]) => sum(counts, key)).join(' | ')} |`;
  return `# Chaos: every accepted turn is answered, once

\`npm run chaos -- --runs ${runs} --seed ${seed}\` wrote this page. In every run people in the web page, in Teams and in a channel of
Bot Framework that only takes messages ask one question after another, while this happens to the real program:

${results.map(({ name, what, left }) => `- **${name}**: ${what}.${left === undefined ? '' : ` (${left})`}`).join('\n')}

After each run every turn that was accepted is looked for: one final answer in its channel, one question and one answer in the
store.

| | runs | ${columns.map(([, title]) => title).join(' | ')} |
|---|${'---:|'.repeat(columns.length + 1)}
${ran.map(({ name, counts }) => row(name, counts)).join('\n')}
${row('all', all)}

- **accepted**: the channel was told that the bot has the message.
- **answered** may be higher: where the connection broke before the channel was told, the turn can have been accepted all the same.
- **apologised**: told in words that it could not be answered.
- **repeated**: more than one answer to one message; in the web page, any message that came twice.
- **sent again**: a message that a channel had taken when the process died, and whose receipt was never read. Bot Framework's
  connector takes messages without a name of the sender's and cannot be asked for them, so such a message goes out once more
  rather than never. Answers are safe from it wherever they grow (Teams, the web page, Slack): the growing message has a name.
- **refused**: the program said that it could not take a message; whoever sent it sends it again.
`;
}

function sum(counts: readonly ChaosCounts[], key: keyof ChaosCounts): number {
  return counts.reduce((total, count) => total + count[key], 0);
}
