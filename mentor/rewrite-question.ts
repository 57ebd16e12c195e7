import { isStopWord, stemOf, wordsOf } from '#language/words.ts';
import type { ExperienceLevel } from '#services/profiles/port.ts';
import type { PastTurn } from './answer.ts';
import type { QueryExpander } from './expand-query.ts';
import { fixedReplies } from './fixed-replies.ts';
import { isOffer, lastReplyOf } from './past-answers.ts';
import { readMove } from './read-move.ts';

export interface StandaloneQuestion {
  /** The question as one that can be understood without the conversation; the raw text where it can already. */
  readonly text: string;
  readonly isFollowUp: boolean;
  /** What full text looks for, where the question is not in the articles' language. */
  readonly searchText?: string;
  /** Of a follow-up, what is wanted now: the new words, or the offered question that was chosen. */
  readonly latest?: string;
  /** Whether it is certain what is meant, since the person chose what they were offered: no other wording says it better. */
  readonly isChoice?: true;
  /** Whether the last question is only asked again ("are you sure? just guess"). */
  readonly isRepeated?: true;
  /** Whether more of the same topic is wanted: nothing that was shown before. */
  readonly isMore?: true;
  /** Of a follow-up, the question that it leans on. */
  readonly topic?: string;
  /** A level that the question itself names. */
  readonly level?: ExperienceLevel;
}

const levelWords: readonly (readonly [RegExp, ExperienceLevel])[] = [
  [/\b(career[- ]?changers?|switchers?|changing careers?)\b/i, 'career_changer'],
  [
    /\b(seniors?|(staff|principal)( |-)(\p{L}+ ){0,2}(engineers?|developers?|level)|tech leads?)\b/iu,
    'senior',
  ],
  [/\b(mid[- ]?levels?|mids?|intermediate)\b/i, 'mid'],
  [/\bjuniors?\b/i, 'junior'],
  [/\b(entry[- ]?levels?|freshers?|new ?grads?|graduates|(new|recent|fresh) graduate)\b/i, 'entry'],
  [/\b(students?|undergrads?)\b/i, 'student'],
];

/** "the second one", "number 2", "2" and the like: which of what was offered last was meant. */
const ordinalAlone =
  /^(?:the |number |option |question |no\.? ?|#)?(first|1st|one|1|second|2nd|two|2|third|3rd|three|3|last)(?: one| option| question)?(?: please| pls)?[.!?]?$/i;
const ordinalInside = /\bthe (first|second|third|last) (one|option|question|article|source)\b/i;
const sourceByNumber = /\b(?:source|article) (?:number |no\.? ?|#)?([1-9])\b/i;

const positions: Readonly<Record<string, number>> = {
  first: 0,
  '1st': 0,
  one: 0,
  '1': 0,
  second: 1,
  '2nd': 1,
  two: 1,
  '2': 1,
  third: 2,
  '3rd': 2,
  three: 2,
  '3': 2,
  last: -1,
};

const opensLikeFollowUp =
  /^(and|or|but|so|also|then|ok|okay|what about|how about|what if|why( not)?\??$|how so|for example|such as|in (that|which|this) case|[¿ ]*y (para|si|en|con|por|los|las|qu[eé])|und (für|wenn|was|wie|in|als))(?![\p{L}\p{N}])/iu;
const opensWithPreposition = /^(for|in|at|with|without|from|as|on|during)\b/i;
/** Presses for another answer to the same question, with nothing new in it. */
const pressesOn =
  /^((are|r) (yo)?u (really |absolutely )?(sure|certain)|(really|seriously)\?|(just |please |pls |at least |then )*(take a |make a |have a )?(wild |best |rough )?guess( anyway| something| then)?|(your|a) (best|rough|wild) guess|come on|(just )?(try|answer|say|tell me)( me| it)?( anyway| something| please| pls)|(just )?make (it|something|one) up|i (don'?t|do not) (believe|trust) (you|that)|that('s| is) (wrong|not true|not right))([ ,.!?]+(just |please |pls )*(guess|try|answer|anyway|something|then|give me something|please|pls))*[ .!?]*$/i;
/** "No, I meant the data engineer": what was meant. */
const correction =
  /^(?:(?:no+|nope|nah|sorry|oops|wait|hm+|oh|actually|not (?:that|this|it|quite))[ ,.:;!-]+)*(?:but )?(?:i|what i|we) (?:actually |really |rather )?(?:meant|mean|was (?:asking|talking|thinking) (?:about|of)|am (?:asking|talking) about|asked about|wanted to (?:know|ask) about|want to know about)(?: to (?:say|ask|write))?(?: was| is)?[ :,]+(.+)$/is;
/** "What about data engineers?", "and for an analyst?": the same question about somebody or something else. */
const sameOfAnother =
  /^(?:and |or |but |ok |so )*(?:what about|how about|same (?:question )?(?:for|about)|for|about|as)? ?(?:an? |the |for |about )*(.+?)(?: then| instead)?[?.! ]*$/is;
const leansOnEarlier =
  /\b(it|its|that|this|these|those|they|them|their|there|ones?|same|such|he|she|both)\b/i;
/** The same words where they point to nothing earlier. */
const pointsNowhere =
  /\b((is|are|was|were|will|would|can|could|should) there( be)?|there (is|are|was|were)|this (year|week|month|time|app|bot|site)|one (more|of|day|year|month|week|hour)|same-\p{L}+|one-\p{L}+|it( be)? (really |still |even |too |just |make |take |cost |pay )*(\p{L}+ )(it |long |much |off |sense )?(to|if|that|when)(?= \p{L}))\b/giu;
/** "and how do I learn SQL?" asks something of its own behind its first word. */
const openingWord = /^(and|or|but|so|also|then|ok|okay)[ ,]+/i;
const startsLikeQuestion =
  /^(what|how|which|who|where|when|why|is|are|do|does|can|could|should|will|(please )?(tell|show|give) me|explain|i (want|need|would like) to know)\b/i;
const asksForMeaning =
  /^(what('s| is| are)|what does|explain|define|tell me about|more about|more on)\b/i;
/** Words that need another one to say what about: "where do I start?", "how long?". */
const vagueWords = new Set(
  'start started starting begin beginning next long hard difficult enough cost worth happens happen mean means'.split(
    ' ',
  ),
);

/**
 * Makes a follow-up stand alone by joining it with what it leans on. This is the rule-based path, which needs no model;
 * nothing is translated and nothing is invented: the text holds only the person's own words and the titles they were shown.
 */
export function rewriteQuestion(
  text: string,
  history: readonly PastTurn[],
  concepts?: ConceptSwap,
): StandaloneQuestion {
  const level = levelWords.find(([pattern]) => pattern.test(text))?.[1];
  const withLevel = level === undefined ? {} : { level };
  const topic = topicOf(history);
  const resolved = resolve(text, history, topic, concepts);
  return resolved === undefined
    ? { text, isFollowUp: false, ...withLevel }
    : {
        ...resolved,
        isFollowUp: true,
        ...withLevel,
        ...(topic === undefined ? {} : { topic: topic.root }),
      };
}

/** Puts another role or skill into a question. */
export type ConceptSwap = Pick<QueryExpander, 'replaceConcept'>;

type Resolved = Omit<StandaloneQuestion, 'isFollowUp' | 'searchText' | 'topic' | 'level'>;

interface Topic {
  /** The last question that had a topic of its own. */
  readonly root: string;
  /** That question, or the offered one that was chosen since, joined with it. */
  readonly current: string;
}

/** The text joined with what it leans on; nothing where it stands alone. */
function resolve(
  text: string,
  history: readonly PastTurn[],
  topic: Topic | undefined,
  concepts: ConceptSwap | undefined,
): Resolved | undefined {
  const chosen = chosenByPerson(text, history);
  /** The offered question is a heading of an article: what the talk was about says of which one. */
  if (chosen !== undefined)
    return { text: [chosen, topic?.root ?? ''].join(' ').trim(), latest: chosen, isChoice: true };
  if (topic === undefined) return undefined;
  const trimmed = text.trim();
  const move = readMove(trimmed);
  if (move === 'more') return moreOf(topic, history);
  if (move === 'reason') return { text: topic.current, isMore: true };
  if (move !== undefined || pressesOn.test(trimmed))
    return { text: topic.current, isRepeated: true };
  const meant = correction.exec(trimmed)?.[1];
  if (meant !== undefined) return instead(meant, topic, concepts);
  if (!isFollowUp(text)) return undefined;
  const other = sameOfAnother.exec(trimmed)?.[1] ?? '';
  const swapped =
    concepts?.replaceConcept(topic.root, other, { whole: true }) ?? elsewhere(topic.root, text);
  return { text: swapped ?? `${topic.current} ${text}`, latest: text };
}

/** "What visa do I need in Singapore?", "and in the US?": the same question about another place. */
function elsewhere(root: string, text: string): string | undefined {
  const place =
    /^(?:(?:and|or|but|ok|okay|so|what about|how about)[ ,]+)+(?:in )?((?:the )?\p{L}[\p{L}.-]*)[?.! ]*$/iu.exec(
      text.trim(),
    );
  const asked = /^(.*\bin )(?:the )?\p{L}[\p{L}.-]*( \p{Lu}[\p{L}.-]*)?[?.! ]*$/isu.exec(root);
  return place === null || asked === null ? undefined : `${asked[1]}${place[1]}`;
}

/** What was offered first is what the articles say next; the same question again would give the same answer. */
function moreOf(topic: Topic, history: readonly PastTurn[]): Resolved {
  const next = lastReplyOf(history)?.followUps?.[0];
  return next === undefined
    ? { text: topic.current, isMore: true }
    : { text: `${next} ${topic.current}`, latest: next, isChoice: true, isMore: true };
}

/** The question asked again about what was meant. */
function instead(meant: string, { root }: Topic, concepts: ConceptSwap | undefined): Resolved {
  const swapped = concepts?.replaceConcept(root, meant);
  if (swapped !== undefined) return { text: swapped, latest: swapped };
  const isWhole = startsLikeQuestion.test(meant) && topicalWords(meant).length > 0;
  return { text: isWhole ? meant : `${root} ${meant}`, latest: meant };
}

/** The offered question, or the title of the source, that the text points to. */
function chosenByPerson(text: string, history: readonly PastTurn[]): string | undefined {
  const last = lastReplyOf(history);
  const { followUps: offered = [], citedTitles: titles = [] } = last ?? {};
  const trimmed = text.trim();
  if (isOffer(last) && readMove(trimmed) === 'yes') return offered[0];
  const words = wordsOf(trimmed).join(' ');
  const same = offered.find((question) => wordsOf(question).join(' ') === words);
  if (same !== undefined) return same;
  const numbered = sourceByNumber.exec(trimmed)?.[1];
  if (numbered !== undefined) return titles[Number(numbered) - 1];
  const inside = ordinalInside.exec(trimmed);
  const ordinal = (ordinalAlone.exec(trimmed) ?? inside)?.[1]?.toLowerCase();
  const position = ordinal === undefined ? undefined : positions[ordinal];
  if (position === undefined) return undefined;
  const meansSources = /^(article|source)$/i.test(inside?.[2] ?? '') || offered.length === 0;
  return (meansSources ? titles : offered).at(position);
}

/** A question is a follow-up when it opens like one, or is short and leans on a pronoun or has hardly a topic of its own. */
function isFollowUp(text: string): boolean {
  const trimmed = text.trim();
  const topical = topicalWords(trimmed);
  if (topical.length === 0) return true;
  const leans = leansOnEarlier.test(trimmed.replaceAll(pointsNowhere, ' '));
  if (standsBehindOpening(trimmed, leans)) return false;
  if (opensLikeFollowUp.test(trimmed)) return topical.length <= 5;
  if (opensWithPreposition.test(trimmed)) return topical.length <= 2;
  return topical.length <= 4 && leans;
}

/** Whether a whole question follows the joining word it opens with. */
function standsBehindOpening(text: string, leans: boolean): boolean {
  const rest = text.replace(openingWord, '');
  if (rest === text || leans || !startsLikeQuestion.test(rest)) return false;
  if (/^(what|how) (about|if)\b/i.test(rest)) return false;
  const own = topicalWords(rest).filter((word) => !isLevelWord(word));
  return own.length >= 2 || (own.length === 1 && asksForMeaning.test(rest));
}

function isLevelWord(word: string): boolean {
  return levelWords.some(([pattern]) => pattern.test(word));
}

/** Whether a follow-up is no question of its own ("in Germany?", "what about Docker?"): then it asks about what it names. */
export function isElliptical(latest = ''): boolean {
  const rest = latest.trim().replace(openingWord, '');
  return (
    ownStems(latest).length > 0 &&
    (/^(what|how) about\b/i.test(rest) || !startsLikeQuestion.test(rest))
  );
}

/** The stems that say what a text asks about: without words that need another one, and without the level it names. */
export function ownStems(text: string): string[] {
  const words = topicalWords(text).filter((word) => !isLevelWord(word));
  return words.map(stemOf);
}

function topicalWords(text: string): string[] {
  return wordsOf(text).filter((word) => !isStopWord(word) && !vagueWords.has(word));
}

/** What the conversation is about. */
function topicOf(history: readonly PastTurn[]): Topic | undefined {
  let topic: Topic | undefined;
  for (const [position, turn] of history.entries()) {
    if (turn.role !== 'user') continue;
    const chosen = chosenByPerson(turn.content, history.slice(0, position));
    if (chosen !== undefined) {
      const root = topic?.root ?? chosen;
      topic = { root, current: root === chosen ? chosen : `${chosen} ${root}` };
    } else if (opensTopic(turn.content, topic)) {
      const root = firstTopic(turn, history[position + 1]);
      topic = { root, current: root };
    }
  }
  return topic;
}

/** Whether a question has a topic of its own; thanks, objections and "shorter" have none. */
function opensTopic(text: string, topic: Topic | undefined): boolean {
  const trimmed = text.trim();
  if (readMove(trimmed) !== undefined || pressesOn.test(trimmed)) return false;
  if (trimmed === fixedReplies.wordsNotKept) return false;
  return topic === undefined || !(isFollowUp(text) || correction.test(trimmed));
}

/** Where the beginning of the talk is out of sight, the article that was cited tells what a follow-up leaned on. */
function firstTopic({ content }: PastTurn, reply: PastTurn | undefined): string {
  const leans = isFollowUp(content) && topicalWords(content).length < 2;
  return (leans ? reply?.citedTitles?.[0] : undefined) ?? content;
}
