import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { type CardData, type CardName, sayButtonOf } from '#cards/card-data.ts';
import { renderCard } from '#cards/render-card.ts';

// adaptivecards' own entry is not loadable in Node; its bundle is, once there is a `window`.
Object.assign(globalThis, { self: globalThis, window: globalThis });
const adaptiveCards = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.min.js');

const hostile =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression that must not be evaluated.
  '**[click](https://evil.example)** ![x](https://evil.example/p.png) ${1+1} {{DATE()}}';

const source = {
  number: 1,
  title: `From backend to AI ${hostile}`,
  details: 'guide, reviewed 2026-11',
  section: hostile,
  passage: [
    { text: 'Most of it transfers. ', cited: false },
    { text: 'APIs stay useful.', cited: true },
    { text: hostile, cited: false },
  ],
  url: 'https://mentor.example/articles/a',
};

const samples: { readonly [Name in CardName]: CardData<Name> } = {
  answer: {
    because: hostile,
    nextSteps: [{ text: hostile }],
    sources: [source, { ...source, number: 2, url: '', section: '' }],
    quiet: 'Put together from these articles; no language model wrote it.',
    followUps: [sayButtonOf('What is evaluation?'), sayButtonOf(hostile)],
    thumbsFor: 'answer-1',
  },
  sources: { question: hostile, sources: [source] },
  profile: { facts: [{ label: 'Now', value: hostile }], buttons: [sayButtonOf('edit profile')] },
  'profile-form': {
    reason: hostile,
    background: '',
    direction: '',
    experienceLevel: 'mid',
    levels: [{ title: 'Mid level', value: 'mid' }],
    closestWork: '',
    hoursPerWeek: '6',
  },
  history: { questions: [{ text: hostile, date: '2026-11-23', data: sayButtonOf(hostile).data }] },
  help: {
    intro: 'You can write:',
    commands: [{ name: 'help', description: 'What I can do', data: sayButtonOf('help').data }],
  },
  'delete-confirm': {
    question: 'This deletes everything. Shall I?',
    buttons: [sayButtonOf('Yes, delete it'), sayButtonOf('No, keep it')],
  },
  'feedback-reason': {
    question: 'What was wrong?',
    answerId: 'answer-1',
    reasons: [{ text: 'Too long' }, { text: 'Other' }],
  },
  roadmap: {
    role: 'AI Engineer',
    level: 'mid level',
    because: hostile,
    there: hostile,
    stages: [
      {
        name: 'Now',
        steps: [
          { number: 1, skill: 'Python', details: 'core', text: hostile, sources: [source] },
          { number: 2, skill: hostile, details: hostile, text: '', sources: [] },
        ],
      },
      {
        name: 'Next',
        steps: [
          {
            number: 3,
            skill: 'SQL',
            details: '',
            text: 'Join tables.',
            sources: [{ ...source, number: 3 }],
          },
        ],
      },
    ],
    after: hostile,
    nextStep: hostile,
    quiet: hostile,
    buttons: [sayButtonOf(hostile), sayButtonOf('edit profile')],
  },
};

/** Every element and action of a card. */
function elementsOf(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(elementsOf);
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.entries(value).flatMap(([key, item]) =>
    key === 'data' ? [] : elementsOf(item),
  );
  return 'type' in value ? [value as Record<string, unknown>, ...inside] : inside;
}

function parseStrictly(card: unknown): { problems: string[]; kept: unknown } {
  const parsed = new adaptiveCards.AdaptiveCard();
  const context = new adaptiveCards.SerializationContext(new adaptiveCards.Version(1, 6));
  parsed.parse(card, context);
  const events = Array.from({ length: context.eventCount }, (_, index) =>
    context.getEventAt(index),
  );
  const problems = [...events, ...parsed.validateProperties().validationEvents];
  return { problems: problems.map(({ message }) => message), kept: parsed.toJSON() };
}

/** Values that the parser leaves out when it writes a card, because they are the default. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults);
  if (typeof value !== 'object' || value === null) return value;
  const defaults: Record<string, unknown> = { weight: 'Default', value: '', spacing: 'Default' };
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => defaults[key] !== item)
      .map(([key, item]) => [key, key === 'data' ? item : withoutDefaults(item)]),
  );
}

for (const version of ['1.5', '1.6'] as const) {
  describe(`cards at version ${version}`, () => {
    for (const name of Object.keys(samples) as CardName[]) {
      it(`renders "${name}" so that a renderer understands every word of it`, async () => {
        const card = await renderCard(name, samples[name] as never, version);
        const { problems, kept } = parseStrictly(card);
        assert.deepEqual(problems, []);
        // The parser drops what it does not know without a word, so a difference is a mistake.
        assert.deepEqual(withoutDefaults(kept), withoutDefaults(card));
        assert.equal(card.version, version);
        assert.ok(card.fallbackText.length > 10, 'has a readable fallback text');
      });

      it(`lets no words of others be Markdown or a foreign link in "${name}"`, async () => {
        const card = await renderCard(name, samples[name] as never, version);
        for (const element of elementsOf(card)) {
          assert.notEqual(element['type'], 'Action.Execute', 'Web Chat drops Action.Execute');
          assert.notEqual(element['type'], 'Image');
          if (element['type'] === 'TextBlock') assert.doesNotMatch(String(element['text']), /evil/);
          if (element['type'] === 'Action.OpenUrl') assert.equal(element['url'], source.url);
        }
        assert.doesNotMatch(JSON.stringify(card), /\$\{(?!1\+1)/, 'no open template expression');
      });
    }
  });
}

describe('the strict check', () => {
  it('notices a property that renderers ignore without a word', () => {
    const card = {
      type: 'AdaptiveCard',
      version: '1.5',
      body: [{ type: 'TextBlock', text: 'a', wrapp: true }],
    };
    assert.notDeepEqual(withoutDefaults(parseStrictly(card).kept), withoutDefaults(card));
  });
});

describe('renderCard', () => {
  it('leaves out every part that is empty', async () => {
    const empty = {
      because: '',
      nextSteps: [],
      sources: [],
      quiet: '',
      followUps: [],
      thumbsFor: '',
    };
    assert.deepEqual((await renderCard('answer', empty, '1.6')).body, []);
  });

  it('refuses an address that is not http or https, and data that does not fit', async () => {
    const bad = { question: '', sources: [{ ...source, url: 'javascript:alert(1)' }] };
    await assert.rejects(renderCard('sources', bad, '1.6'), /url/);
    await assert.rejects(renderCard('sources', { question: '', sources: [] }, '1.6'), /sources/);
  });

  it('unfolds each source’s own passage, with the cited sentence in bold', async () => {
    const card = await renderCard('answer', samples.answer, '1.6');
    const elements = elementsOf(card.body);
    const targets = elements.flatMap(({ targetElements }) => (targetElements ?? []) as string[]);
    assert.deepEqual(targets, ['passage-1', 'passage-2']);
    for (const target of targets) {
      const passage = elements.find(({ id }) => id === target);
      assert.equal(passage?.['isVisible'], false);
    }
    const bold = elements.filter(
      ({ text, weight }) => text === 'APIs stay useful.' && weight === 'Bolder',
    );
    assert.equal(bold.length, 2);
  });

  it('says a follow-up in the person’s name in Web Chat and in Teams', () => {
    assert.deepEqual(sayButtonOf('Why?').data, {
      command: 'ask',
      text: 'Why?',
      __isBotFrameworkCardAction: true,
      cardAction: { type: 'imBack', title: 'Why?', value: 'Why?' },
      msteams: { type: 'imBack', value: 'Why?' },
    });
  });
});
