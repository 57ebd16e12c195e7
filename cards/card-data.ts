import { z } from 'zod';

/** Plain text. Templates put what people, articles and models wrote into text runs, which no renderer reads as Markdown. */
const line = z.string();
const webAddress = z.union([z.literal(''), z.url({ protocol: /^https?$/ })]);

/**
 * A button that says something in the person's name. Web Chat and Teams each have their own way to show the words as the
 * person's message; a channel that knows neither sends the same data back as the submitted value.
 */
const sayAction = z.object({
  command: z.literal('ask'),
  text: line,
  __isBotFrameworkCardAction: z.literal(true),
  cardAction: z.object({ type: z.literal('imBack'), title: line, value: line }),
  msteams: z.object({ type: z.literal('imBack'), value: line }),
});

const sayButton = z.object({ title: line.min(1), data: sayAction });

const source = z.object({
  number: z.number().int().min(1),
  title: line.min(1),
  /** Kind and date, such as `guide, reviewed 2026-11`. */
  details: line,
  section: line,
  /** The passage in pieces; the pieces the answer rests on are marked. */
  passage: z.array(z.object({ text: line, cited: z.boolean() })).min(1),
  /** Empty where a person cannot open it. */
  url: webAddress,
});

const roadmapStep = z.object({
  number: z.number().int().min(1),
  skill: line.min(1),
  /** How much the role rests on it, and how well it asks for it. */
  details: line,
  /** What it comes to. */
  text: line,
  /** The article that covers it; empty where there is none. */
  sources: z.array(source).max(1),
});

const fact = z.object({ label: line.min(1), value: line.min(1) });

const choice = z.object({ title: line.min(1), value: line.min(1) });

/** What each card needs. Empty strings and lists stand for parts that are not there. */
export const cardSchemas = {
  answer: z.object({
    because: line,
    nextSteps: z.array(z.object({ text: line.min(1) })),
    sources: z.array(source).max(20),
    /** What kind of answer this is. */
    quiet: line,
    followUps: z.array(sayButton).max(3),
    /** The answer that the card's own thumbs are about; empty where the channel has thumbs itself. */
    thumbsFor: line,
  }),
  sources: z.object({ question: line, sources: z.array(source).min(1).max(20) }),
  profile: z.object({ facts: z.array(fact), buttons: z.array(sayButton) }),
  'profile-form': z.object({
    reason: line,
    background: line,
    direction: line,
    experienceLevel: line,
    levels: z.array(choice).min(1),
    closestWork: line,
    hoursPerWeek: line,
  }),
  history: z.object({
    questions: z.array(z.object({ text: line.min(1), date: line.min(1), data: sayAction })).min(1),
  }),
  help: z.object({
    intro: line.min(1),
    commands: z.array(z.object({ name: line.min(1), description: line.min(1), data: sayAction })),
  }),
  'delete-confirm': z.object({ question: line.min(1), buttons: z.array(sayButton).min(2) }),
  'feedback-reason': z.object({
    question: line.min(1),
    answerId: line.min(1),
    reasons: z.array(z.object({ text: line.min(1) })).min(1),
  }),
  roadmap: z.object({
    role: line.min(1),
    level: line,
    /** What of the person it rests on. */
    because: line,
    there: line,
    stages: z.array(z.object({ name: line.min(1), steps: z.array(roadmapStep).min(1) })).max(3),
    after: line,
    nextStep: line,
    quiet: line,
    buttons: z.array(sayButton),
  }),
} as const;

export type CardName = keyof typeof cardSchemas;
export type CardData<Name extends CardName> = z.infer<(typeof cardSchemas)[Name]>;
export type SourceData = z.infer<typeof source>;
export type SayButton = z.infer<typeof sayButton>;

/** Type of the attachment that carries a card's data to a channel that draws cards itself; its `name` is the card's. */
export const cardDataType = 'application/vnd.career-mentor.card+json';

/** A card's data on its way to a channel that draws it. */
export function cardDataAttachment<Name extends CardName>(name: Name, data: CardData<Name>) {
  return { contentType: cardDataType, name, content: data };
}

/** What a submitted card says; inputs left empty arrive as empty strings, and a number input may come as text. */
export const cardSubmit = z.discriminatedUnion('command', [
  z.object({ command: z.literal('ask'), text: z.string().min(1).max(6_000) }),
  z.object({
    command: z.literal('save-profile'),
    reason: z.string().optional(),
    background: z.string().optional(),
    direction: z.string().optional(),
    experienceLevel: z.string().optional(),
    closestWork: z.string().optional(),
    hoursPerWeek: z.coerce.string().optional(),
  }),
  z.object({
    command: z.literal('feedback'),
    reaction: z.enum(['like', 'dislike']),
    answerId: z.string().min(1).max(200),
  }),
  z.object({
    command: z.literal('feedback-reason'),
    answerId: z.string().min(1).max(200),
    reason: z.string().max(200).optional(),
    words: z.string().max(4_000).optional(),
  }),
]);

export type CardSubmit = z.infer<typeof cardSubmit>;

/** Makes the button that says these words in the person's name. */
export function sayButtonOf(words: string, title = words): SayButton {
  return {
    title,
    data: {
      command: 'ask',
      text: words,
      __isBotFrameworkCardAction: true,
      cardAction: { type: 'imBack', title, value: words },
      msteams: { type: 'imBack', value: words },
    },
  };
}
