import type { SearchHit } from '../port.ts';
import type { CompiledQuery, CompiledTerm } from './compile-query.ts';
import {
  addMatch,
  createFieldMatch,
  emptyMatch,
  type FieldMatch,
  matchField,
  occurrences,
} from './match-field.ts';
import {
  betweenQuestions,
  type FieldName,
  fieldNames,
  lengthOf,
  type PreparedPassage,
} from './prepare-passage.ts';
import { rankingWeights } from './ranking-weights.ts';

type ByField<Value> = Record<FieldName, Value>;

/** What is the same for all passages of a search. */
export interface ScoringOptions {
  readonly query: CompiledQuery;
  /** Lengths of the fields on average. */
  readonly averages: Readonly<ByField<number>>;
  /** Of a stem, by its number. */
  readonly rarityOf: (stem: number) => number;
}

/**
 * Scores passages against one query, each in turn. All room is taken once a search: this is where most of a search's time goes,
 * so nothing is allocated for a passage but its hit.
 */
export function createPassageScoring(options: ScoringOptions): (p: PreparedPassage) => SearchHit {
  const { query } = options;
  const place = createPlace(query);
  let spare = createFieldMatch(query);
  let likeliest = createFieldMatch(query);

  const match = ({ stems, starts }: PreparedPassage, field: number, into: FieldMatch) =>
    matchField(stems, starts[field] as number, starts[field + 1] as number, query, into);

  /** Of a passage's questions the one that holds most of what is asked: each is a heading of its own. */
  function matchQuestions({ stems, starts }: PreparedPassage): void {
    const all = place.inAnyQuestion;
    const end = starts[fieldNumbers.questions + 1] as number;
    let at = starts[fieldNumbers.questions] as number;
    emptyMatch(all, stems, at, end);
    place.matches.questions = all;
    place.heldByQuestion = 0;
    for (let next = at; at < end; at = next + 1) {
      next = stems.indexOf(betweenQuestions, at);
      const question = matchField(stems, at, next, query, spare);
      if (question.isEmpty) continue;
      addMatch(all, question);
      const held = weightHeld(question, query);
      if (held <= place.heldByQuestion) continue;
      place.heldByQuestion = held;
      place.matches.questions = question;
      [spare, likeliest] = [likeliest, spare];
    }
    if (place.matches.questions === all) place.heldByQuestion = weightHeld(all, query);
  }

  return (passage) => {
    const { matches } = place;
    match(passage, fieldNumbers.title, matches.title);
    match(passage, fieldNumbers.section, matches.section);
    matchQuestions(passage);
    match(passage, fieldNumbers.tags, matches.tags);
    match(passage, fieldNumbers.content, matches.content);
    weighFields(place.fieldWeights, passage, options.averages);
    place.textStress = isCatalogued(passage)
      ? rankingWeights.stress
      : rankingWeights.stressUncatalogued;
    return { document: passage.document, ...scoreAt(place, options) };
  };
}

/** Places in `fieldNames`. */
const fieldNumbers = {
  title: fieldNames.indexOf('title'),
  section: fieldNames.indexOf('section'),
  questions: fieldNames.indexOf('questions'),
  tags: fieldNames.indexOf('tags'),
  content: fieldNames.indexOf('content'),
};

/** Where a passage is looked through for terms. */
interface TermPlace {
  readonly matches: ByField<FieldMatch>;
  readonly inAnyQuestion: FieldMatch;
  readonly fieldWeights: ByField<number>;
  /** How much of the query its likeliest question holds, */
  heldByQuestion: number;
  /** and how like that is to what was asked. */
  likeQuestion: number;
  textStress: TextStress;
}

interface TextStress {
  readonly mentioned: number;
  readonly repeated: number;
}

function createPlace(query: CompiledQuery): TermPlace {
  const inAnyQuestion = createFieldMatch(query);
  return {
    matches: {
      title: createFieldMatch(query),
      section: createFieldMatch(query),
      questions: inAnyQuestion,
      tags: createFieldMatch(query),
      content: createFieldMatch(query),
    },
    inAnyQuestion,
    fieldWeights: { title: 0, section: 0, questions: 0, tags: 0, content: 0 },
    heldByQuestion: 0,
    likeQuestion: 0,
    textStress: rankingWeights.stress,
  };
}

function weighFields(
  weights: ByField<number>,
  passage: PreparedPassage,
  averages: Readonly<ByField<number>>,
): void {
  for (let number = 0; number < fieldNames.length; number += 1) {
    const field = fieldNames[number] as FieldName;
    const { weight, lengthNormalisation } = rankingWeights.fields[field];
    const relativeLength = lengthOf(passage, number) / Math.max(1, averages[field]);
    weights[field] = weight / (1 - lengthNormalisation + lengthNormalisation * relativeLength);
  }
}

function scoreAt(
  place: TermPlace,
  { query, rarityOf }: ScoringOptions,
): Pick<SearchHit, 'score' | 'coverage'> {
  const { matches } = place;
  const { likeness: weights } = rankingWeights;
  const likenessOf = (heading: FieldMatch, held: number) =>
    likeness(heading, held, query, rarityOf);
  place.likeQuestion = likenessOf(matches.questions, place.heldByQuestion);
  const alike = Math.max(
    weights.section * likenessOf(matches.section, weightHeld(matches.section, query)),
    weights.questions * place.likeQuestion,
  );
  const likeTitle = likenessOf(matches.title, weightHeld(matches.title, query));
  let score = neighbourBonus(matches, query);
  score += (alike + weights.title * likeTitle) * query.whole;
  let covered = 0;
  for (const term of query.terms) {
    const found = scoreTerm(term, place);
    if (found === undefined) continue;
    score += found.score;
    covered += found.stress * term.rarity;
  }
  return { score, coverage: query.whole === 0 ? 0 : covered / query.whole };
}

/**
 * What a term adds to the score, and how much the passage is about it; its best way to be said counts. Nothing where it is
 * not said at all. A passage is wholly about what a heading or a tag names, less about what the text only mentions. A word of
 * one of its questions counts as far as the whole question is like the one asked: "am I too old with kids and a mortgage" is
 * not about mortgages.
 */
function scoreTerm(
  { ways }: CompiledTerm,
  { matches, inAnyQuestion, fieldWeights, likeQuestion, textStress }: TermPlace,
): { readonly score: number; readonly stress: number } | undefined {
  const { askedElsewhere } = rankingWeights;
  let score = 0;
  let stress = 0;
  for (const way of ways) {
    const inTitle = occurrences(matches.title, way);
    const inSection = occurrences(matches.section, way);
    const inQuestion = occurrences(matches.questions, way);
    const inTags = occurrences(matches.tags, way);
    const inContent = occurrences(matches.content, way);
    const asked = occurrences(inAnyQuestion, way);
    let frequency =
      inTitle * fieldWeights.title +
      inSection * fieldWeights.section +
      inQuestion * fieldWeights.questions +
      inTags * fieldWeights.tags +
      inContent * fieldWeights.content;
    if (inQuestion === 0) frequency += asked * askedElsewhere.frequency * fieldWeights.questions;
    if (frequency === 0) continue;
    score = Math.max(score, way.weight * saturated(frequency) * way.rarity);
    const isNamed = inTitle + inSection + inTags > 0;
    const inText = inContent > 1 ? textStress.repeated : inContent * textStress.mentioned;
    const likeness = inQuestion > 0 ? likeQuestion : 0;
    const leastStress = asked > 0 ? askedElsewhere.stress : 0;
    const ofWay = isNamed ? 1 : Math.max(inText, likeness, leastStress);
    stress = Math.max(stress, way.weight * ofWay);
  }
  return score === 0 && stress === 0 ? undefined : { score, stress };
}

/** The rarities of the terms that stand in a field, summed. */
function weightHeld(field: FieldMatch, { terms }: CompiledQuery): number {
  if (field.isEmpty) return 0;
  let held = 0;
  for (const { ways, rarity } of terms) {
    let most = 0;
    for (const way of ways) if (way.weight > most && occurrences(field, way) > 0) most = way.weight;
    held += most * rarity;
  }
  return held;
}

function saturated(frequency: number): number {
  return (frequency * (rankingWeights.saturation + 1)) / (frequency + rankingWeights.saturation);
}

/** Whether somebody said what the article is about, beyond its headings: ours have tags, what an organisation ingests seldom. */
function isCatalogued(passage: PreparedPassage): boolean {
  return lengthOf(passage, fieldNumbers.tags) + lengthOf(passage, fieldNumbers.questions) > 0;
}

/** Two neighbouring words of the question that stand side by side in a field say more than both apart. */
function neighbourBonus(matches: ByField<FieldMatch>, { terms }: CompiledQuery): number {
  let bonus = 0;
  for (const field of fieldNames)
    for (const position of matches[field].paired) {
      const [term, next] = [terms[position], terms[position + 1]];
      if (term === undefined || next === undefined) continue;
      const rarity = Math.min(term.rarity, next.rarity);
      bonus += rarity * rankingWeights.fields[field].neighbours;
    }
  return bonus;
}

/**
 * How near a heading comes to saying the same as the question, 0 to 1: the harmonic mean of how much of the question it
 * holds (`held`, of the whole) and how much of it the question holds, both by rarity.
 */
function likeness(
  { stems, start, end }: FieldMatch,
  held: number,
  { slotOf, whole }: CompiledQuery,
  rarityOf: (stem: number) => number,
): number {
  if (held === 0) return 0;
  let said = 0;
  let all = 0;
  for (let position = start; position < end; position += 1) {
    const stem = stems[position] as number;
    const rarity = rarityOf(stem);
    all += rarity;
    if ((slotOf[stem] ?? -1) >= 0) said += rarity;
  }
  const [share, part] = [held / whole, said / all];
  return share + part === 0 ? 0 : (2 * share * part) / (share + part);
}
