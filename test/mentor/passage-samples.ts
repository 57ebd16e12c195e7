import type { RetrievedPassage } from '#mentor/retrieve-passages.ts';
import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';
import type { LanguageModel, ModelEvent, ModelRequest } from '#services/model/port.ts';

/** A passage of an article; every test says only what matters to it. */
export function samplePassage(changes: Partial<KnowledgeDocument> = {}): KnowledgeDocument {
  return {
    id: 'skills-evals#0',
    documentId: 'skills-evals',
    title: 'Evaluating language models',
    content: 'Evaluation sets of 50 questions catch most regressions.',
    summary: 'How to evaluate.',
    documentType: 'guide',
    category: 'Technical Skills',
    subcategory: 'Evaluation',
    tags: [],
    chunkIndex: 0,
    totalChunks: 1,
    targetAudience: ['junior'],
    careerPaths: ['any'],
    skillsCovered: [],
    authorityScore: 0.6,
    freshnessScore: 1,
    engagementScore: 0.5,
    sourceUrl: '/articles/skills-evals#what-is-an-evaluation-set',
    section: 'What is an evaluation set?',
    part: 'body',
    sources: [],
    createdAt: '2026-11-01T00:00:00.000Z',
    updatedAt: '2026-11-01',
    version: 1,
    collection: 'articles',
    contentHash: 'hash',
    ...changes,
  };
}

export function sampleRetrieved(
  number: number,
  changes: Partial<KnowledgeDocument> = {},
): RetrievedPassage {
  return {
    number,
    document: samplePassage({ id: `skills-evals#${number}`, ...changes }),
    relevance: 1 / number,
    coverage: 0.8,
    pastReview: false,
  };
}

/** A model that gives one list of events after another, and keeps what it was asked. */
export function scriptedModel(...scripts: readonly (readonly (ModelEvent | Error)[])[]) {
  const requests: ModelRequest[] = [];
  const model: LanguageModel = {
    name: 'scripted',
    writes: 'freely',
    contextWindowTokens: 16_000,
    async *stream(request) {
      const script = scripts[Math.min(requests.length, scripts.length - 1)] ?? [];
      requests.push(request);
      for (const event of script) {
        request.signal?.throwIfAborted();
        if (event instanceof Error) throw event;
        yield event;
      }
    },
  };
  return { model, requests };
}

export function says(text: string): ModelEvent {
  return { type: 'text-delta', text };
}

export function finishes(reason: 'stop' | 'length' | 'content-filter' = 'stop'): ModelEvent {
  return { type: 'finish', reason, usage: { promptTokens: 10, answerTokens: 5 } };
}

/** The file of an article as people write it. */
export function sampleArticle(
  id: string,
  title: string,
  body: string,
  careerPaths = 'any',
): string {
  return `---
id: ${id}
title: "${title}"
summary: "A short summary of the article."
document_type: guide
category: Technical Skills
subcategory: Basics
audience: [student, junior]
career_paths: [${careerPaths}]
skills: []
sources:
  - title: "A survey"
    url: https://example.org/survey
    evidence: primary
    as_of: "2025"
last_reviewed: 2026-11-01
---
${body}`;
}
