import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { publishArticles } from '#ingestion/publish-articles.ts';
import { splitSentences } from '#language/sentences.ts';
import { createQueryExpander } from '#mentor/expand-query.ts';
import { retrievePassages } from '#mentor/retrieve-passages.ts';
import { readTaxonomy } from '#mentor/taxonomy.ts';
import { createFolderSource } from '#services/document-source/folder.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { createExtractiveModel } from '#services/model/extractive.ts';
import type {
  Grounding,
  GroundingPassage,
  ModelEvent,
  ModelRequest,
} from '#services/model/port.ts';
import { openTemporaryStore } from '#test/services/database/temporary-database.ts';

const request: ModelRequest = { messages: [], temperature: 0, maxAnswerTokens: 100 };

async function write(grounding: Grounding): Promise<string> {
  const events = await Array.fromAsync(createExtractiveModel().stream({ ...request, grounding }));
  assert.equal(events.at(-1)?.type, 'finish');
  assert.equal(events.filter((event) => event.type === 'finish').length, 1);
  return events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
}

function passage(number: number, content: string, changes: Partial<GroundingPassage> = {}) {
  const section = `What is part ${number}?`;
  return { number, title: 'A title', section, content, relevance: 1 / number, ...changes };
}

function ask(question: string, ...passages: readonly GroundingPassage[]): Promise<string> {
  return write({ question, synonyms: [], passages });
}

test('the opening sentence comes first and each sentence names its passage before the full stop', async () => {
  const text = await ask(
    'How large is an evaluation set?',
    passage(
      1,
      'An evaluation set is a list. Weather changes. The set is large when it has fifty questions!',
    ),
  );
  assert.match(text, /^An evaluation set is a list \[1\]\./);
  assert.match(text, /fifty questions \[1\]!/);
});

test('quotation marks and brackets at the end stay behind the marker', async () => {
  assert.equal(await ask('Say it?', passage(1, 'Say "I will."')), 'Say "I will [1]."');
  assert.equal(
    await ask('Code?', passage(1, 'A line without an end')),
    'A line without an end [1]',
  );
});

test('a question within an article is never put out as what the article says', async () => {
  const content =
    'How long is an internship? An internship is six months long. Is an internship paid? Yes. Ask about the internship: who is my mentor?';
  const text = await ask('How long is an internship and is it paid?', passage(1, content));
  assert.equal(
    text,
    'An internship is six months long [1]. Ask about the internship: who is my mentor [1]?',
  );
  assert.equal(await ask('Is it paid?', passage(1, 'Is it paid? Is it long?')), '');
});

test('the rows of a table are put out as a list, and what stands over them is no statement', async () => {
  const content =
    'Pay of trainees in 2025\nSite: Berlin; Pay of trainees: 2,900\nSite: Lisbon; Pay of trainees: 1,700';
  assert.equal(
    await ask('What is the pay of trainees?', passage(1, content)),
    '- Site: Berlin; Pay of trainees: 2,900 [1]\n- Site: Lisbon; Pay of trainees: 1,700 [1]',
  );
});

test('items of a list stay a list, and what follows the list is no item', async () => {
  const content =
    'Three things help a portfolio.\nOne portfolio project a month.\nA portfolio readme with pictures.\nA portfolio talk at a meetup.\nA portfolio grows slowly. It needs a portfolio owner.';
  const text = await ask('What helps a portfolio?', passage(1, content));
  assert.match(text, /^Three things help a portfolio \[1\]\.\n- One/);
  assert.match(text, /\n- A portfolio readme with pictures \[1\]\./);
  assert.doesNotMatch(text, /\n- [^\n]*\. \S/);
});

test('the passage whose heading asks the question goes before a better ranked one', async () => {
  const text = await ask(
    'How do I negotiate salary?',
    passage(1, 'Offers come by mail and salary is one part.', { section: 'What is in an offer?' }),
    passage(2, 'Salary is negotiated after the offer.', {
      section: 'How do I negotiate salary?',
      relevance: 0.9,
    }),
  );
  assert.match(text, /^Salary is negotiated after the offer \[2\]\./);
});

test('a second passage that says the same, or fits badly, is left out', async () => {
  const same = 'Fifty questions are enough for an evaluation set.';
  const text = await ask(
    'How many questions?',
    passage(1, same),
    passage(2, 'For an evaluation set fifty questions are enough. More questions cost time.', {
      relevance: 0.95,
    }),
    passage(3, 'Questions in interviews differ.', { relevance: 0.3 }),
  );
  assert.equal(text, 'Fifty questions are enough for an evaluation set [1].');
});

test('a very long opening sentence is kept whole, and nothing more is added', async () => {
  const long = `It is ${'very '.repeat(200)}long.`;
  const text = await ask(
    'How long?',
    passage(1, `${long} Short.`),
    passage(2, 'Other. Long.', { relevance: 0.9 }),
  );
  assert.equal(text, `${long.slice(0, -1)} [1].`);
});

test('a further passage whose opening sentence finds no room is left out whole', async () => {
  const best = `A long talk ${'goes on '.repeat(45)}here.`;
  const other = `Another talk is ${'quite '.repeat(60)}short.`;
  const text = await ask('Talks?', passage(1, best), passage(2, other, { relevance: 0.9 }));
  assert.equal(text, `${best.slice(0, -1)} [1].`);
});

test('without passages it says nothing but ends properly', async () => {
  assert.equal(await ask('Anything?'), '');
  assert.deepEqual(await Array.fromAsync(createExtractiveModel().stream(request)), [
    { type: 'finish', reason: 'stop', usage: { promptTokens: 0, answerTokens: 0 } },
  ] satisfies ModelEvent[]);
});

test('an abort ends the stream with its reason', async () => {
  const reason = new Error('the person left');
  const grounding = { question: 'a', synonyms: [], passages: [passage(1, 'A b c d.')] };
  await assert.rejects(
    Array.fromAsync(
      createExtractiveModel().stream({ ...request, grounding, signal: AbortSignal.abort(reason) }),
    ),
    reason,
  );
});

const questions = [
  'How do I become an ML engineer?',
  'What does an AI engineer do?',
  'how do i prepare for a system design interview',
  'Should I learn Python or Java first?',
  'What is RAG and when do I need it?',
  'how much does a data scientist earn',
  'I was laid off, what comes first?',
  'How do I negotiate my salary?',
  'What should be in my portfolio?',
  'Do I need a PhD for AI research?',
  'How do I write a resume for AI roles?',
  'What is an embedding?',
  'When should I fine-tune a model?',
  'How do I explain a gap?',
  'What is the STAR method?',
  'how do I get my first job without experience',
  'What are MLOps maturity levels?',
  'Is it too late to change careers at 45?',
  'How do take-home assignments work?',
  'What questions should I ask the interviewer?',
  'How do I monitor a model in production?',
  'What does the EU AI Act ask for?',
  'Which certificates are worth it?',
  'How do I learn SQL?',
  'What is prompt injection?',
  'How do I find a mentor or referral?',
  'How do I move from frontend to AI?',
  'What is dbt?',
  'How do visas work in the US?',
  'How do I keep learning every week?',
  'What is quantization?',
  'How do recruiters screen candidates?',
  'What is an agent?',
  'How do I handle rejection?',
  'Which level am I: mid or senior?',
  'How do equity and stock options work?',
  'What is a forward deployed engineer?',
  'How do I review code well?',
  'What is MCP?',
  'Does AI replace junior developers?',
];

describe('over many questions on the built-in articles', () => {
  const { store: index, close } = openTemporaryStore(createSqliteKnowledgeIndex);
  const expander = createQueryExpander(readTaxonomy('knowledge'));
  const answers: { question: string; text: string; contents: Map<number, string> }[] = [];
  before(async () => {
    await publishArticles(createFolderSource('knowledge/articles'), {
      index,
      collection: 'articles',
    });
    for (const question of questions) {
      const { passages, synonyms } = await retrievePassages(
        { question },
        { index, expander, now: () => new Date('2026-11-23') },
      );
      const text = await write({
        question,
        synonyms,
        passages: passages.map(({ number, document, relevance }) => ({
          number,
          relevance,
          title: document.title,
          section: document.section,
          content: document.content,
        })),
      });
      const contents = new Map(passages.map(({ number, document }) => [number, document.content]));
      if (passages.length > 0) answers.push({ question, text, contents });
    }
  });
  after(close);

  /** The sentences of an answer as they were in their passage, each with the number it names. */
  function sentencesOf(text: string): { sentence: string; number: number }[] {
    return splitSentences(text.replaceAll(/^- /gm, '')).map((sentence) => {
      const numbers = [...sentence.matchAll(/ \[(\d+)\]/g)].map((match) => Number(match[1]));
      assert.equal(numbers.length, 1, sentence);
      return { sentence: sentence.replace(/ \[\d+\]/, ''), number: numbers[0] ?? 0 };
    });
  }

  test('nearly all of them are answered', () => {
    assert.ok(answers.length >= questions.length - 3, `${answers.length} answered`);
  });

  test('every sentence stands word for word in the passage it names', () => {
    for (const { question, text, contents } of answers)
      for (const { sentence, number } of sentencesOf(text))
        assert.ok(contents.get(number)?.includes(sentence), `${question}: ${sentence}`);
  });

  test('no answer is longer than 150 words', () => {
    for (const { question, text } of answers)
      assert.ok(text.replaceAll(/ \[\d+\]/g, '').split(/\s+/).length <= 150, question);
  });

  test('no sentence is said twice', () => {
    for (const { question, text } of answers) {
      const sentences = sentencesOf(text).map(({ sentence }) => sentence);
      assert.equal(new Set(sentences).size, sentences.length, question);
    }
  });

  test('every paragraph keeps to one passage, in the order of that passage', () => {
    for (const { question, text, contents } of answers)
      for (const paragraph of text.split('\n\n')) {
        const sentences = sentencesOf(paragraph);
        assert.equal(new Set(sentences.map(({ number }) => number)).size, 1, question);
        const places = sentences.map(
          ({ sentence, number }) => contents.get(number)?.indexOf(sentence) ?? -1,
        );
        assert.deepEqual(
          places,
          places.toSorted((left, right) => left - right),
          question,
        );
      }
  });
});
