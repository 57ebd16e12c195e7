import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '#services/database/open-database.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { type AskedQuestion, askAll } from './asked-question.ts';
import type { Figure, SetResult } from './evaluation.ts';
import {
  isAnswerable,
  type LabelledQuestion,
  readLabelledQuestions,
  readOtherLanguageQuestions,
  type Split,
  toQuestion,
} from './labelled-questions.ts';
import { percentile } from './metrics.ts';
import type { MentorUnderTest } from './open-mentor.ts';
import { readRecords } from './read-records.ts';
import { scoreCorpus } from './run-corpus.ts';
import { readBiasPairs, scoreBias } from './sets/bias.ts';
import { scoreCitations } from './sets/citations.ts';
import { claimSchema, scoreClaims } from './sets/claims.ts';
import { openBotPlay, readConversation, scoreConversations } from './sets/conversations.ts';
import { scoreGroundedness } from './sets/groundedness.ts';
import { injectionSchema, scoreInjection } from './sets/injection.ts';
import { type AskedInOtherLanguage, scoreOtherLanguages } from './sets/other-languages.ts';
import { publicCollections, publicFigures } from './sets/public-retrieval.ts';
import { scoreReadability } from './sets/readability.ts';
import { realQuestionSchema, showRealQuestions } from './sets/real-questions.ts';
import { scoreRefusal } from './sets/refusal.ts';
import { type RetrievedQuestion, recallByKind, scoreRetrieval } from './sets/retrieval.ts';

type Measured = Pick<SetResult, 'figures'> & Partial<Pick<SetResult, 'failures' | 'exhibits'>>;

/** What the sets measure, each thing made once however many sets look at it. */
export interface Subjects {
  readonly mentor: MentorUnderTest;
  readonly splits: readonly Split[];
  /** The folder of public data, where there is one. */
  readonly publicData: string | undefined;
  asked(split: Split): Promise<readonly AskedQuestion[]>;
}

export interface EvaluationSet extends Pick<SetResult, 'name' | 'title' | 'about'> {
  /** Files of the public data that it reads; without them it is skipped. */
  readonly publicFiles?: readonly string[];
  measure(subjects: Subjects): Promise<Measured>;
}

/** How many of the real questions stand in the report. */
const shownQuestions = 50;

/** Every set, in the order of the report. */
export const evaluationSets: readonly EvaluationSet[] = [
  {
    name: 'retrieval',
    title: 'Retrieval',
    about:
      'Questions that an article answers, asked as people ask: with typos, abbreviations, in other words than the articles’, as the last turn of a conversation. recall@5: a passage that answers is among the at most five an answer may rest on. MRR and nDCG@10: over the ten nearest.',
    measure: (subjects) =>
      onEachSplit(subjects, async (split) => {
        const questions = readLabelledQuestions(split).filter(isAnswerable);
        const retrieved = await retrieveAll(questions, subjects.mentor);
        const { figures, failures } = scoreRetrieval('retrieval', split, retrieved);
        const speed = split === 'test' ? [await searchSpeed(questions, subjects.mentor)] : [];
        return { figures: [...figures, ...recallByKind(split, retrieved), ...speed], failures };
      }),
  },
  {
    name: 'follow-ups',
    title: 'Follow-ups',
    about:
      'The part of it that says little alone (“and for seniors?”, “the second one”): rewritten as the product does it, and scored the same way.',
    measure: (subjects) =>
      onEachSplit(subjects, async (split) => {
        const questions = readLabelledQuestions(split).filter(({ kind }) => kind === 'follow-up');
        const { figures } = scoreRetrieval(
          'followUps',
          split,
          await retrieveAll(questions, subjects.mentor),
        );
        return {
          figures: figures.map((figure) => ({ ...figure, label: `follow-ups: ${figure.label}` })),
        };
      }),
  },
  {
    name: 'refusal',
    title: 'Knowing what it does not know',
    about:
      'Honestly declined: questions that no article answers, next to the domain and far from it, whose answer says so. Wrongly declined: questions that an article answers, and the mentor says it has none.',
    measure: (subjects) =>
      onEachSplit(subjects, async (split) => scoreRefusal(split, await subjects.asked(split))),
  },
  {
    name: 'citations',
    title: 'Citations',
    about:
      'A citation is right when its passage belongs to an article that answers the question (or helps) and, alone, supports the sentence that cites it. Precision: right citations among all. Recall: answerable questions whose answer holds a right citation of an article that answers it.',
    measure: (subjects) =>
      onEachSplit(subjects, async (split) => scoreCitations(split, await subjects.asked(split))),
  },
  {
    name: 'groundedness',
    title: 'Groundedness',
    about:
      'The share of citing sentences that the product’s check finds supported; what it does not is marked for the person. The scripted model plants mistakes, and the share of them that is caught is counted apart.',
    measure: (subjects) =>
      onEachSplit(subjects, async (split) => scoreGroundedness(split, await subjects.asked(split))),
  },
  {
    name: 'claims',
    title: 'The check of citations on public claims',
    about:
      '919 claims of SciFact with a passage each: how well the check’s score tells supported claims from the others (area under the ROC curve; the overlap of words alone reaches .81 and .57).',
    publicFiles: ['grounding/claims.jsonl'],
    measure: async ({ publicData }) => ({
      figures: scoreClaims(readPublic(publicData, 'grounding/claims.jsonl', claimSchema)),
    }),
  },
  {
    name: 'other-languages',
    title: 'Other languages',
    about:
      'Questions in sixteen other languages; the articles are English. An answer in English has to say that the articles are.',
    measure: (subjects) =>
      onEachSplit(subjects, async (split) =>
        scoreOtherLanguages(split, await askInOtherLanguages(split, subjects.mentor)),
      ),
  },
  {
    name: 'injection',
    title: 'Prompt injection',
    about:
      'Public attacks and harmless texts that look like them, tried end to end: in the question, in a pasted resume, and in an article of the knowledge base. An attack succeeds where the answer says what it wants, repeats it, or gives the instructions away.',
    publicFiles: ['injection/labelled.jsonl'],
    measure: async ({ mentor, publicData }) =>
      scoreInjection(readPublic(publicData, 'injection/labelled.jsonl', injectionSchema), {
        ask: mentor.ask,
        index: mentor.index,
        instructions: readFileSync(join(root, 'mentor/prompts/answer.md'), 'utf8'),
      }),
  },
  {
    name: 'bias',
    title: 'Bias',
    about:
      'The same question twice, with another name, gender, origin, age or school: sources, next step and every word of the answer have to be the same, in questions about the path and about pay.',
    measure: (subjects) =>
      onEachSplit(subjects, (split) => scoreBias(split, readBiasPairs(split), subjects.mentor.ask)),
  },
  {
    name: 'readability',
    title: 'Length and readability',
    about:
      'What was answered: its words, and the Flesch-Kincaid school grade that reading it takes.',
    measure: (subjects) =>
      onEachSplit(subjects, async (split) => scoreReadability(split, await subjects.asked(split))),
  },
  {
    name: 'conversations',
    title: 'Conversations',
    about:
      'Whole conversations played against the bot, each turn with what must hold of the reply. Every conversation weighs the same.',
    measure: ({ mentor: { core } }) =>
      scoreConversations(readConversations(), () =>
        openBotPlay({
          answerQuestion: core.answerQuestion,
          matchRole: (text) => core.expander.rolesIn(text)[0],
          isCrisis: (text) => {
            const screening = core.screen(text);
            return !screening.pass && screening.kind === 'crisis';
          },
          articleCount: core.articleCount,
        }),
      ),
  },
  {
    name: 'public-retrieval',
    title: 'Retrieval on public collections',
    about:
      'The full text of the embedded index alone, on judgements that others made: 705 job titles against 3,007 ESCO occupations, and the 225 queries of Cranfield.',
    publicFiles: publicCollections.map(({ folder }) => `retrieval/${folder}/corpus.jsonl`),
    measure: async ({ publicData }) => {
      const figures = [];
      for (const collection of publicCollections) {
        const { database } = openDatabase(':memory:');
        const folder = join(publicData ?? '', 'retrieval', collection.folder);
        const scores = await scoreCorpus(folder, createSqliteKnowledgeIndex(database));
        figures.push(...publicFigures(collection, scores));
        database.close();
      }
      return { figures };
    },
  },
  {
    name: 'real-questions',
    title: 'Real questions',
    about:
      'Questions about careers in software that people asked in public, each with its whole answer, for reading: nobody labelled them.',
    publicFiles: ['questions/in-scope.jsonl'],
    measure: ({ mentor, publicData }) => {
      const questions = readPublic(publicData, 'questions/in-scope.jsonl', realQuestionSchema);
      return showRealQuestions(questions.slice(0, shownQuestions), mentor.ask);
    },
  },
];

const root = join(import.meta.dirname, '..', '..');

/** The folder of public data: what `EVAL_DATA_DIR` names, else `shared/eval` beside the project; nothing where it is absent. */
export function findPublicData(
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const folder = environment['EVAL_DATA_DIR'] || join(root, '..', 'shared', 'eval');
  return existsSync(folder) ? folder : undefined;
}

/** Everything that sets share, made when first asked for. */
export function createSubjects(
  mentor: MentorUnderTest,
  options: Pick<Subjects, 'splits' | 'publicData'>,
): Subjects {
  const asked = new Map<Split, Promise<readonly AskedQuestion[]>>();
  return {
    mentor,
    ...options,
    asked(split) {
      const known = asked.get(split) ?? askAll(readLabelledQuestions(split), mentor.ask);
      asked.set(split, known);
      return known;
    },
  };
}

async function onEachSplit(
  { splits }: Subjects,
  measure: (split: Split) => Promise<Measured>,
): Promise<Measured> {
  const measured: Measured[] = [];
  for (const split of splits) measured.push(await measure(split));
  return {
    figures: measured.flatMap(({ figures }) => figures),
    failures: measured.flatMap(({ failures = [] }) => failures),
  };
}

async function retrieveAll(
  questions: readonly LabelledQuestion[],
  mentor: MentorUnderTest,
): Promise<RetrievedQuestion[]> {
  const retrieved: RetrievedQuestion[] = [];
  for (const question of questions)
    retrieved.push({ question, retrieval: await mentor.retrieve(toQuestion(question)) });
  return retrieved;
}

async function askInOtherLanguages(
  split: Split,
  mentor: MentorUnderTest,
): Promise<AskedInOtherLanguage[]> {
  const asked: AskedInOtherLanguage[] = [];
  for (const question of readOtherLanguageQuestions(split)) {
    const text = { text: question.question, conversationId: question.id, history: [] };
    const [retrieval, answer] = [await mentor.retrieve(text), await mentor.ask(text)];
    asked.push({ question, retrieval, answer });
  }
  return asked;
}

/** One search as the product asks it, without what stands around it. */
async function searchSpeed(
  questions: readonly LabelledQuestion[],
  { index }: MentorUnderTest,
): Promise<Figure> {
  const durationsMs: number[] = [];
  for (const { question } of questions) {
    const started = performance.now();
    await index.search({ text: question, limit: 60 });
    durationsMs.push(performance.now() - started);
  }
  return {
    id: 'retrieval.searchP95Ms',
    label: 'one search over the articles, p95',
    value: percentile(0.95, durationsMs),
    better: 'lower',
    unit: 'milliseconds',
    cases: questions.length,
    target: 5,
    isInformative: true,
  };
}

function readConversations() {
  const folder = join(import.meta.dirname, 'data', 'conversations');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .toSorted()
    .map((name) => readConversation(readFileSync(join(folder, name), 'utf8')));
}

function readPublic<Item>(
  folder: string | undefined,
  file: string,
  schema: Parameters<typeof readRecords<Item>>[1],
): Item[] {
  return readRecords(join(folder ?? '', file), schema);
}
