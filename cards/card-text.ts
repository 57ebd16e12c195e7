import type { CardData, CardName, SourceData } from './card-data.ts';

/** Each card in plain words: its fallback text, and what channels without cards show instead. */
export const cardText: { readonly [Name in CardName]: (data: CardData<Name>) => string } = {
  answer: (data) =>
    joinParts([
      data.because,
      data.nextSteps.map(({ text }) => `Next step: ${text}`).join('\n'),
      sourceLines(data.sources),
      data.quiet,
      list(
        'You could ask next:',
        data.followUps.map(({ title }) => title),
      ),
    ]),
  sources: (data) =>
    joinParts([
      data.question === '' ? '' : `You asked: ${data.question}`,
      ...data.sources.map((source) =>
        [sourceLine(source), source.section, source.passage.map(({ text }) => text).join('')]
          .filter((part) => part !== '')
          .join('\n'),
      ),
    ]),
  profile: (data) =>
    joinParts([
      'About you',
      data.facts.map(({ label, value }) => `${label}: ${value}`).join('\n') ||
        'You skipped everything, and that is fine.',
    ]),
  'profile-form': () => 'A form about you, which this window cannot show.',
  history: (data) =>
    joinParts([
      'Your last questions',
      data.questions.map(({ date, text }) => `${date}  ${text}`).join('\n'),
    ]),
  help: (data) =>
    joinParts([
      data.intro,
      data.commands.map(({ name, description }) => `${name}: ${description}`).join('\n'),
    ]),
  'delete-confirm': (data) => data.question,
  'feedback-reason': (data) =>
    list(
      data.question,
      data.reasons.map(({ text }) => text),
    ),
  roadmap: (data) =>
    joinParts([
      `Your roadmap to: ${data.role}${data.level === '' ? '' : ` (${data.level})`}`,
      data.because,
      data.there === '' ? '' : `There already: ${data.there}`,
      ...data.stages.flatMap(({ name, steps }) => [name, ...steps.map(roadmapStep)]),
      data.after === '' ? '' : `After that: ${data.after}`,
      data.nextStep === '' ? '' : `Next step: ${data.nextStep}`,
      data.quiet,
    ]),
};

function roadmapStep({
  number,
  skill,
  details,
  text,
  sources,
}: CardData<'roadmap'>['stages'][number]['steps'][number]): string {
  const head = `${number}. ${skill}${details === '' ? '' : ` (${details})`}`;
  return [head, text, ...sources.map(sourceLine)].filter((part) => part !== '').join('\n');
}

function sourceLines(sources: readonly SourceData[]): string {
  return sources.length === 0 ? '' : ['Sources:', ...sources.map(sourceLine)].join('\n');
}

function sourceLine({ number, title, details, url }: SourceData): string {
  return [`[${number}] ${title}${details === '' ? '' : ` (${details})`}`, url]
    .filter((part) => part !== '')
    .join(' ');
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : [title, ...items.map((item) => `- ${item}`)].join('\n');
}

function joinParts(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
