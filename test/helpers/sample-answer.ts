import type { Answer, Citation } from '#mentor/answer.ts';

const passage = [
  'Learn by shipping in layers: one practitioner’s path suggests model APIs, a simple feature, retrieval-augmented generation (RAG), evaluation, an agent, and basic machine learning, in that order.',
  'We would start a first handful of test examples already with the simple feature, because every later step is easier to judge when you have a baseline.',
  'Leave frameworks aside until you have written one retrieval step and one tool loop by hand.',
].join(' ');

function citation(number: number, title: string, slug: string, section: string): Citation {
  return {
    number,
    documentId: slug,
    title,
    documentType: 'guide',
    sourceUrl: `/articles/${slug}#in-which-order-should-i-learn-things`,
    section,
    passage,
    date: '2026-11-22',
    score: 0.8,
    sources: [],
    citedSentences: [passage.slice(0, passage.indexOf('We would') - 1)],
    pastReview: false,
  };
}

/** An answer with everything an answer can have. */
export const sampleAnswer: Answer = {
  messageId: 'answer-1',
  text: [
    'The shortest way from backend work is to keep what you have and add four things in order: calling model APIs, evaluation, retrieval, then agents [1]. Employers mostly want people who put existing models into products, not people who train them [2].',
    'In a sample of 895 postings from January 2026, Python was named in 82.5 % and retrieval in 35.9 % [2], so a small retrieval project shows more than another course [1].',
  ].join('\n\n'),
  citations: [
    citation(
      1,
      'From backend engineer to AI engineer',
      'career-backend-to-ai',
      'In which order should I learn things?',
    ),
    citation(
      2,
      'AI engineer: what the job really is',
      'career-ai-engineer-role',
      'What employers ask',
    ),
  ],
  followUps: [
    'Which first project makes the most of my background?',
    'Do I need to learn machine learning theory first?',
    'How do I show this on my resume?',
  ],
  nextSteps: [
    'This week (2 hours): call one model API from a service you already run, and write ten test prompts with the answers you expect.',
  ],
  becauseYouSaid:
    'Because you build backends and have 6 hours a week: expect months rather than weeks.',
  state: 'grounded',
  confidence: 0.8,
  model: 'passages',
  writtenBy: 'passages',
  tokens: { prompt: 0, answer: 0 },
  costUsd: 0,
  timingsMs: {},
};
