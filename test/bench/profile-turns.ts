import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureTurns } from './measure-turns.ts';
import { startMeasured } from './measured-program.ts';

/** A part of the program and its share of the processor's time during turns. */
export interface PartShare {
  readonly part: string;
  readonly share: number;
}

/** The first that fits the address of a script names its part. */
const parts: readonly (readonly [RegExp, string])[] = [
  // What these do is done for the part that calls them.
  [/node_modules\/(adaptive|zod|stemmer|markdown-it|gpt-tokenizer|fastest-levenshtein)/, ''],
  [/node_modules\//, 'Bot Framework SDK and its HTTP client, restify'],
  [/\/services\/knowledge-index\//, 'search'],
  [/\/(mentor|language|services\/model)\//, 'understanding, writing and checking the answer'],
  [/\/services\//, 'SQLite stores'],
  [/\/cards\//, 'cards'],
  [/\/(bot|dialogs|api|composition)\//, 'bot: inbox, dialogs, commands, reply'],
];
const remaining = 'Node: sockets, streams, garbage collection';

interface ProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Runs turns under `--cpu-prof` and tells which parts of the program the processor was busy with. */
export async function profileTurns(
  file: string,
  environment: Readonly<Record<string, string>>,
  turns: number,
): Promise<PartShare[]> {
  const folder = mkdtempSync(join(tmpdir(), 'career-mentor-profile-'));
  try {
    const nodeOptions = ['--cpu-prof', `--cpu-prof-dir=${folder}`];
    const program = await startMeasured(file, { environment, nodeOptions });
    await measureTurns([program], [{ people: 16, turns }], 1);
    await program.stop();
    const [name = ''] = readdirSync(folder);
    const profile = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profile;
    return sharesOf(profile, program.readyMs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The shares of the parts after so many milliseconds, the largest first. */
export function sharesOf(profile: Profile, afterMs: number): PartShare[] {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const times = new Map<string, number>();
  let elapsedUs = 0;
  let busyUs = 0;
  for (const [position, sample] of profile.samples.entries()) {
    const deltaUs = profile.timeDeltas[position] ?? 0;
    elapsedUs += deltaUs;
    if (elapsedUs < afterMs * 1_000 || isIdle(nodes.get(sample))) continue;
    busyUs += deltaUs;
    const part = partOf(sample, nodes, parents);
    times.set(part, (times.get(part) ?? 0) + deltaUs);
  }
  return [...times]
    .map(([part, timeUs]) => ({ part, share: timeUs / busyUs }))
    .toSorted((left, right) => right.share - left.share);
}

function isIdle(node: ProfileNode | undefined): boolean {
  return node?.callFrame.functionName === '(idle)';
}

/** Of the innermost script that belongs to one. */
function partOf(
  sample: number,
  nodes: ReadonlyMap<number, ProfileNode>,
  parents: ReadonlyMap<number, number>,
): string {
  for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) {
    const url = nodes.get(id)?.callFrame.url ?? '';
    const part = parts.find(([pattern]) => pattern.test(url))?.[1] ?? '';
    if (part !== '') return part;
  }
  return remaining;
}
