import { wordsOf } from '#language/words.ts';
import { contrast, pull, type UnitRows } from './contrast.ts';

/** Word vectors that a text's vector is the sum of. */
export interface WordVectorTable {
  readonly words: readonly string[];
  readonly dimensions: number;
  /** One row for each word, in their order; its length is how much the word weighs in a text. */
  readonly values: Float32Array;
}

/** What belongs together: the ways to ask for one passage, and what it says. */
export interface TrainingPassage {
  readonly questions: readonly string[];
  readonly sentences: readonly string[];
}

export interface TrainingOptions {
  readonly random: () => number;
  readonly epochs?: number;
  readonly onEpoch?: (epoch: number, loss: number) => void;
}

const batchSize = 256;
/** How sharply a text must be nearer to its own passage than to the others of the batch. */
const temperature = 0.05;
/** So many words are left out at random each time, so that no single word decides. */
const dropout = 0.2;
/** How often a question is held against what the passage says, and not against another question for it. */
const sentenceShare = 0.4;
const learningRate = 0.015;
const decay = { first: 0.9, second: 0.999 };
const mostWords = 60;

/**
 * Moves the vectors of words so that questions which the same passage answers come to lie near each other and near what it
 * says, and apart from all others: the contrastive loss of van den Oord et al., "Representation Learning with Contrastive
 * Predictive Coding" (2018), over the other texts of a batch, with Adam (Kingma and Ba, 2015). Words that stand in no text stay
 * where they are, next to those they were next to before. The same seed gives the same vectors.
 */
export function trainWordVectors(
  table: WordVectorTable,
  passages: readonly TrainingPassage[],
  { random, epochs = 12, onEpoch }: TrainingOptions,
): WordVectorTable {
  const { dimensions } = table;
  const positions = new Map(table.words.map((word, position) => [word, position]));
  const read = (text: string) =>
    wordsOf(text)
      .flatMap((word) => positions.get(word) ?? [])
      .slice(0, mostWords);
  const texts = passages.map(({ questions, sentences }) => ({
    questions: questions.map(read).filter((words) => words.length > 0),
    sentences: sentences.map(read).filter((words) => words.length > 0),
  }));
  const questions = texts.flatMap((text, passage) =>
    text.questions.map((words) => ({ words, passage })),
  );
  const values = table.values.slice();
  const optimiser = createOptimiser(values, dimensions);
  const thinned = (words: readonly number[]) => {
    const kept = words.filter(() => random() >= dropout);
    return kept.length === 0 ? words : kept;
  };
  const partnerOf = ({ words, passage }: (typeof questions)[number]): readonly number[] => {
    const text = texts[passage];
    const others = text?.questions.filter((other) => other !== words) ?? [];
    const from = random() < sentenceShare || others.length === 0 ? text?.sentences : others;
    return from?.[Math.floor(random() * from.length)] ?? words;
  };
  const steps = epochs * Math.floor(questions.length / batchSize);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    const shuffled = shuffle(questions, random);
    let loss = 0;
    for (let start = 0; start + batchSize <= shuffled.length; start += batchSize) {
      const batch = shuffled.slice(start, start + batchSize);
      const left = batch.map(({ words }) => thinned(words));
      const right = batch.map((question) => thinned(partnerOf(question)));
      const classes = batch.map(({ passage }) => passage);
      loss += descend(left, right, classes, {
        values,
        dimensions,
        optimiser,
        rate: rateAt(step / steps),
      });
      step += 1;
    }
    onEpoch?.(epoch + 1, (loss * batchSize) / shuffled.length);
  }
  return { ...table, values };
}

/** Rises for a tenth of the time and falls for the rest: Smith and Topin, "Super-Convergence" (2017). */
function rateAt(progress: number): number {
  const warmUp = 0.1;
  const share =
    progress < warmUp
      ? progress / warmUp
      : (1 + Math.cos((Math.PI * (progress - warmUp)) / (1 - warmUp))) / 2;
  return learningRate * (0.04 + 0.96 * share);
}

function shuffle<Item>(items: readonly Item[], random: () => number): Item[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] as Item, shuffled[last] as Item];
  }
  return shuffled;
}

interface Descent {
  readonly values: Float32Array;
  readonly dimensions: number;
  readonly optimiser: ReturnType<typeof createOptimiser>;
  readonly rate: number;
}

type Texts = readonly (readonly number[])[];

/** One step on one batch; returns its loss. */
function descend(left: Texts, right: Texts, classes: readonly number[], descent: Descent): number {
  const { values, dimensions, optimiser, rate } = descent;
  const lefts = unitRows(left, values, dimensions);
  const rights = unitRows(right, values, dimensions);
  const { loss, gradient } = contrast(lefts, rights, classes, temperature);
  const gradients = new Map<number, Float32Array>();
  const move = (texts: Texts, rows: UnitTexts, pulls: readonly Float32Array[]) => {
    for (const [row, ofRow] of pulls.entries())
      addGradient(gradients, texts[row] ?? [], throughLength(ofRow, rows, row));
  };
  move(left, lefts, pull(gradient, rights, { turned: false }));
  move(right, rights, pull(gradient, lefts, { turned: true }));
  optimiser(gradients, rate);
  return loss;
}

interface UnitTexts extends UnitRows {
  readonly lengths: Float32Array;
}

function unitRows(texts: Texts, values: Float32Array, dimensions: number): UnitTexts {
  const units = new Float32Array(texts.length * dimensions);
  const lengths = new Float32Array(texts.length);
  for (const [row, words] of texts.entries()) {
    const unit = units.subarray(row * dimensions, (row + 1) * dimensions);
    for (const word of words)
      for (let at = 0; at < dimensions; at += 1)
        unit[at] = (unit[at] ?? 0) + (values[word * dimensions + at] ?? 0);
    const length = Math.hypot(...unit) || 1;
    lengths[row] = length;
    for (let at = 0; at < dimensions; at += 1) unit[at] = (unit[at] ?? 0) / length;
  }
  return { units, dimensions, lengths };
}

/** What moves a unit vector moves the sum beneath it only across its direction, and the less the longer that is. */
function throughLength(
  gradient: Float32Array,
  { units, lengths }: UnitTexts,
  row: number,
): Float32Array {
  const { length: dimensions } = gradient;
  let along = 0;
  for (let at = 0; at < dimensions; at += 1)
    along += (gradient[at] ?? 0) * (units[row * dimensions + at] ?? 0);
  return gradient.map(
    (value, at) => (value - along * (units[row * dimensions + at] ?? 0)) / (lengths[row] || 1),
  );
}

function addGradient(
  gradients: Map<number, Float32Array>,
  words: readonly number[],
  gradient: Float32Array,
): void {
  for (const word of words) {
    const sum = gradients.get(word);
    if (sum === undefined) gradients.set(word, gradient.slice());
    else for (const [at, value] of gradient.entries()) sum[at] = (sum[at] ?? 0) + value;
  }
}

/** Adam over the rows that have a gradient. */
function createOptimiser(values: Float32Array, dimensions: number) {
  const moments = new Map<
    number,
    { readonly first: Float32Array; readonly second: Float32Array; steps: number; scale: number }
  >();
  return (gradients: ReadonlyMap<number, Float32Array>, rate: number): void => {
    for (const [word, gradient] of gradients) {
      const row = values.subarray(word * dimensions, (word + 1) * dimensions);
      const state = moments.get(word) ?? {
        first: new Float32Array(dimensions),
        second: new Float32Array(dimensions),
        steps: 0,
        // A word that weighs much moves as fast in its direction as one that weighs little.
        scale: Math.max(1, Math.hypot(...row)),
      };
      moments.set(word, state);
      state.steps += 1;
      const { first, second, steps, scale } = state;
      for (let at = 0; at < dimensions; at += 1) {
        const value = (gradient[at] ?? 0) * scale;
        first[at] = decay.first * (first[at] ?? 0) + (1 - decay.first) * value;
        second[at] = decay.second * (second[at] ?? 0) + (1 - decay.second) * value * value;
        const mean = (first[at] ?? 0) / (1 - decay.first ** steps);
        const spread = Math.sqrt((second[at] ?? 0) / (1 - decay.second ** steps));
        row[at] = (row[at] ?? 0) - (rate * scale * mean) / (spread + 1e-8);
      }
    }
  };
}
