import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Evaluation, SetResult } from './evaluation.ts';
import {
  createSubjects,
  type EvaluationSet,
  evaluationSets,
  type Subjects,
} from './evaluation-sets.ts';
import type { Split } from './labelled-questions.ts';
import { openMentorUnderTest, type Writer } from './open-mentor.ts';

export interface EvaluationOptions {
  readonly writer: Writer;
  readonly splits: readonly Split[];
  /** Names of sets; all where none is given. */
  readonly sets?: readonly string[];
  readonly publicData: string | undefined;
  readonly now: () => Date;
  /** Hears of each set before it begins. */
  readonly onSet?: (title: string) => void;
}

/** Runs the sets, one after another, on a mentor of their own; throws a RangeError where a set is not known. */
export async function runEvaluation(options: EvaluationOptions): Promise<Evaluation> {
  const chosen = chooseSets(options.sets);
  const started = performance.now();
  const mentor = await openMentorUnderTest(options.writer);
  try {
    const subjects = createSubjects(mentor, options);
    const sets: SetResult[] = [];
    for (const set of chosen) {
      options.onSet?.(set.title);
      sets.push(await measureSet(set, subjects));
    }
    return {
      date: options.now().toISOString(),
      model: mentor.writer,
      durationMs: performance.now() - started,
      sets,
    };
  } finally {
    await mentor.close();
  }
}

function chooseSets(names: readonly string[] | undefined): readonly EvaluationSet[] {
  if (names === undefined || names.length === 0) return evaluationSets;
  const known = evaluationSets.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new RangeError(`There is no set "${unknown}". The sets: ${known.join(', ')}`);
  return evaluationSets.filter(({ name }) => names.includes(name));
}

async function measureSet(set: EvaluationSet, subjects: Subjects): Promise<SetResult> {
  const { name, title, about, publicFiles = [] } = set;
  const missing = publicFiles.find((file) => !existsSync(join(subjects.publicData ?? '', file)));
  if (missing !== undefined) {
    const skipped = `${missing} is not there; name the folder of public data in EVAL_DATA_DIR`;
    return { name, title, about, figures: [], failures: [], skipped };
  }
  const { figures, failures = [], exhibits } = await set.measure(subjects);
  return { name, title, about, figures, failures, ...(exhibits === undefined ? {} : { exhibits }) };
}
