import { topicStems } from '#language/words.ts';
import type { KnowledgeDocument, SearchHit } from '#services/knowledge-index/port.ts';
import type { ExperienceLevel } from '#services/profiles/port.ts';
import type { QueryExpander } from './expand-query.ts';
import { canAnswer, goalOf, kindOf, type QuestionKind } from './question-kind.ts';
import { retrievalWeights as weights } from './retrieval-weights.ts';
import type { RetrievalDependencies, RetrievalRequest } from './retrieve-passages.ts';
import type { Concept } from './taxonomy.ts';

/** What of the profile changes the order. */
export type Reason = 'level' | 'role' | 'background';

export interface WeighedPassage {
  readonly hit: SearchHit;
  readonly score: number;
  readonly pastReview: boolean;
  /** The score as it is for everybody. */
  readonly common: number;
  /** By what of the profile that score is multiplied, for better or worse. */
  readonly factors: ReadonlyMap<Reason, number>;
}

/** What full text looks for. */
export function wordsLookedFor({ searchText, question }: RetrievalRequest): string {
  return searchText ?? question;
}

/** Makes what weighs each hit for the question's kind, and for whoever asks it. */
export function createWeighing(
  request: RetrievalRequest,
  { expander, now }: Pick<RetrievalDependencies, 'expander' | 'now'>,
): (hit: SearchHit) => WeighedPassage {
  const asked: Asked = {
    person: describePerson(request, expander),
    kind: kindOf(request.searchText ?? request.latest ?? request.question),
    today: now().toISOString().slice(0, 10),
  };
  return (hit) => weigh(hit, asked, expander);
}

interface Asked {
  readonly person: Person;
  readonly kind: QuestionKind | undefined;
  readonly today: string;
}

interface Person {
  readonly level: ExperienceLevel | undefined;
  /** Whether the level is the profile's, and not one that the question names. */
  readonly isOwnLevel: boolean;
  readonly roles: ReadonlySet<string>;
  /** Roles of the profile alone: telling somebody "because you said" needs that they said it. */
  readonly ownRole: string | undefined;
  /** Roles that the person has or had. */
  readonly pastRoles: ReadonlySet<string>;
  /** What else of the background and the interests may stand in an article's title. */
  readonly backgroundStems: ReadonlySet<string>;
  readonly latestStems: readonly string[];
  /** Roles that the question names as what to become. */
  readonly goals: ReadonlySet<string>;
}

function describePerson(request: RetrievalRequest, expander: QueryExpander): Person {
  const { profile } = request;
  const asked = expander.rolesIn(wordsLookedFor(request)).map((role) => role.id);
  const ownRoles = profile?.targetRole === undefined ? [] : [profile.targetRole];
  const background = [profile?.background, ...(profile?.specificInterests ?? [])].join(' ');
  const pastRoles = expander.rolesIn(background);
  const known = new Set(
    [wordsLookedFor(request), ...pastRoles.flatMap(namesOf)].flatMap(topicStems),
  );
  return {
    level: request.level ?? profile?.experienceLevel,
    isOwnLevel: request.level === undefined && profile?.experienceLevel !== undefined,
    roles: new Set(asked.length > 0 ? asked : ownRoles),
    ownRole: asked.length > 0 ? undefined : profile?.targetRole,
    pastRoles: new Set(pastRoles.map((role) => role.id)),
    backgroundStems: new Set(topicStems(background).filter((stem) => !known.has(stem))),
    latestStems: topicStems(request.latest ?? ''),
    goals: new Set(expander.rolesIn(goalOf(wordsLookedFor(request)) ?? '').map(({ id }) => id)),
  };
}

function namesOf(role: Concept): string[] {
  return [role.name, ...role.aliases];
}

function weigh(
  hit: SearchHit,
  { person, kind, today }: Asked,
  expander: QueryExpander,
): WeighedPassage {
  const { document } = hit;
  const factors = new Map<Reason, number>();
  const ofLevel = levelFactor(document, person.level);
  const roles = document.careerPaths.filter((role) => role !== 'any');
  const unasked = roles.filter((role) => !person.roles.has(role)).length;
  const ofRole =
    (unasked < roles.length ? weights.roleMatches : 1) * weights.roleUnasked ** unasked;
  if (person.isOwnLevel) factors.set('level', ofLevel);
  if (person.ownRole !== undefined) factors.set('role', ofRole);
  if (isAboutBackground(document, person, expander))
    factors.set('background', weights.backgroundMatches);
  const leadsElsewhere = kind === 'becoming' && isOtherGoal(document, person, expander);
  let common = hit.score * (leadsElsewhere ? weights.kindDiffers : kindFactor(document, kind));
  if (!factors.has('level')) common *= ofLevel;
  if (!factors.has('role')) common *= ofRole;
  common *= latestFactor(document, person);
  const pastReview = document.reviewBy !== undefined && document.reviewBy < today;
  if (pastReview) common *= weights.pastReview;
  common *=
    1 + weights.authority * document.authorityScore + weights.freshness * document.freshnessScore;
  return { hit, score: common * product(factors), common, pastReview, factors };
}

/** A heading that names what was just asked in a follow-up. */
function latestFactor({ section }: KnowledgeDocument, { latestStems }: Person): number {
  if (latestStems.length === 0) return 1;
  const heading = new Set(topicStems(section));
  const named = latestStems.filter((stem) => heading.has(stem)).length;
  return 1 + (weights.latestInHeading * named) / latestStems.length;
}

/** What the profile does to a score, without one reason where it is left out. */
export function product(factors: ReadonlyMap<Reason, number>, without?: Reason): number {
  return [...factors].reduce(
    (all, [reason, factor]) => (reason === without ? all : all * factor),
    1,
  );
}

/** How a heading speaks of a level. */
const levelHeadings: Readonly<Record<ExperienceLevel, RegExp>> = {
  student: /\b(students?|beginners?|first job|interns?)\b/i,
  entry: /\b(entry|juniors?|beginners?|first job)\b/i,
  junior: /\b(juniors?|entry|beginners?)\b/i,
  mid: /\bmid\b/i,
  senior: /\b(seniors?|staff)\b/i,
  career_changer: /\b(career changers?|beginners?|another (profession|field)|old profession)\b/i,
};
const anyLevel = Object.values(levelHeadings);

/** A section that names the person's level is for them; one that names another level is not; else the article's audience says. */
function levelFactor(document: KnowledgeDocument, level: ExperienceLevel | undefined): number {
  if (level === undefined) return 1;
  if (levelHeadings[level].test(document.section)) return weights.levelInHeading;
  if (anyLevel.some((pattern) => pattern.test(document.section)))
    return weights.otherLevelInHeading;
  return document.targetAudience.includes(level) ? weights.levelMatches : weights.levelMissing;
}

/** "Should every ML engineer become an AI engineer?" is no answer to whoever wants to become an ML engineer. */
function isOtherGoal(
  { section }: KnowledgeDocument,
  { goals }: Person,
  expander: QueryExpander,
): boolean {
  if (goals.size === 0) return false;
  const led = expander.rolesIn(goalOf(section) ?? '');
  return led.length > 0 && !led.some(({ id }) => goals.has(id));
}

/** The factors of passages that were looked at before, by the kind of question. */
const kindFactors = new WeakMap<KnowledgeDocument, Map<QuestionKind, number>>();

/** What the kind of question does to the score of a passage. */
function kindFactor(document: KnowledgeDocument, asked: QuestionKind | undefined): number {
  if (asked === undefined) return 1;
  const known = kindFactors.get(document) ?? new Map<QuestionKind, number>();
  const factor = known.get(asked) ?? readKindFactor(document, asked);
  kindFactors.set(document, known.set(asked, factor));
  return factor;
}

/** A heading that asks for the same as the question answers it; one that asks for something else of the same topic does not. */
function readKindFactor({ section, content }: KnowledgeDocument, asked: QuestionKind): number {
  if (!canAnswer(asked, content)) return weights.cannotAnswer;
  const answered = kindOf(section);
  if (answered === undefined) return 1;
  return answered === asked ? weights.kindMatches : weights.kindDiffers;
}

/** Whether the article's title speaks of where the person comes from. */
function isAboutBackground(
  { title }: KnowledgeDocument,
  person: Person,
  expander: QueryExpander,
): boolean {
  if (topicStems(title).some((stem) => person.backgroundStems.has(stem))) return true;
  return (
    person.pastRoles.size > 0 &&
    expander.rolesIn(title).some((role) => person.pastRoles.has(role.id))
  );
}
