import { z } from 'zod';
import { defineOperation } from './operation.ts';
import { identifier } from './schemas/common.ts';
import { feedbackReceipt, feedbackRequest } from './schemas/feedback.ts';
import { healthReport, liveness } from './schemas/health-report.ts';
import { historyPage, historyQuery } from './schemas/history.ts';
import { knowledgeQuery, knowledgeResults, knowledgeStats } from './schemas/knowledge.ts';
import { deletionReceipt, me } from './schemas/me.ts';
import { messageAnswer } from './schemas/message-answer.ts';
import { messageRequest } from './schemas/message-request.ts';
import { personalDataExport } from './schemas/personal-data-export.ts';
import { newSession, session, sessionChange, sessionRequest } from './schemas/session.ts';

const root = '/api/v1';
const ofSession = z.object({ sessionId: identifier });
const idempotencyKey = {
  'Idempotency-Key':
    'Any text of at most 200 characters. The same request under the same key is carried out once, and answered alike.',
} as const;

/** Every route of the REST API, in the order of its documentation. */
export const operations = {
  createSession: defineOperation({
    id: 'createSession',
    method: 'post',
    path: `${root}/chat/session`,
    tag: 'chat',
    summary: 'Begin a session',
    permission: 'chat',
    countsAs: 'message',
    body: sessionRequest,
    headers: idempotencyKey,
    success: { status: 201, description: 'The session.', schema: newSession },
    errors: [],
  }),
  getSession: defineOperation({
    id: 'getSession',
    method: 'get',
    path: `${root}/chat/session/{sessionId}`,
    tag: 'chat',
    summary: 'A session and its counters',
    permission: 'chat',
    countsAs: 'read',
    params: ofSession,
    success: { status: 200, description: 'The session.', schema: session },
    errors: ['not-found'],
  }),
  changeSession: defineOperation({
    id: 'changeSession',
    method: 'patch',
    path: `${root}/chat/session/{sessionId}`,
    tag: 'chat',
    summary: 'Change what a session knows of the person',
    permission: 'chat',
    countsAs: 'message',
    params: ofSession,
    body: sessionChange,
    success: { status: 200, description: 'The session as it is now.', schema: session },
    errors: ['not-found'],
  }),
  deleteSession: defineOperation({
    id: 'deleteSession',
    method: 'delete',
    path: `${root}/chat/session/{sessionId}`,
    tag: 'chat',
    summary: 'Delete a session with its messages',
    permission: 'chat',
    countsAs: 'message',
    params: ofSession,
    success: { status: 204, description: 'It is gone.' },
    errors: ['not-found'],
  }),
  sendMessage: defineOperation({
    id: 'sendMessage',
    method: 'post',
    path: `${root}/chat/message`,
    tag: 'chat',
    summary: 'Ask a question',
    description:
      'Answers in one piece, or, with `Accept: text/event-stream`, as it is being written: the events `stage`, `source-found`, `text-delta`, `text-reset`, and in the end one `answer` or `error`. A comment comes every 15 seconds while nothing else does. When the client goes away, the answer is stopped and nothing of the turn is kept. A client whose connection broke sends the request again with `Last-Event-ID`: an answer that was finished meanwhile goes on from there; one that was stopped is given anew after a `text-reset`.',
    permission: 'chat',
    countsAs: 'message',
    body: messageRequest,
    headers: {
      ...idempotencyKey,
      'Last-Event-ID': 'The id of the last event that arrived, to go on after it.',
    },
    success: {
      status: 200,
      description: 'The answer, with its sources.',
      schema: messageAnswer,
      streams: true,
    },
    errors: [
      'not-found',
      'question-empty',
      'question-too-long',
      'idempotency-key-reused',
      'too-many-streams',
      'token-budget-spent',
      'search-unavailable',
      'model-unavailable',
    ],
  }),
  getHistory: defineOperation({
    id: 'getHistory',
    method: 'get',
    path: `${root}/chat/history/{sessionId}`,
    tag: 'chat',
    summary: 'The messages of a session',
    description:
      'Newest page first, each page oldest message first. A page stays the same whatever is written meanwhile.',
    permission: 'chat',
    countsAs: 'read',
    params: ofSession,
    query: historyQuery,
    success: { status: 200, description: 'One page.', schema: historyPage },
    errors: ['not-found'],
  }),
  sendFeedback: defineOperation({
    id: 'sendFeedback',
    method: 'post',
    path: `${root}/chat/feedback`,
    tag: 'chat',
    summary: 'Rate an answer or a session',
    permission: 'chat',
    countsAs: 'message',
    body: feedbackRequest,
    success: { status: 200, description: 'What was kept.', schema: feedbackReceipt },
    errors: ['not-found'],
  }),
  getMe: defineOperation({
    id: 'getMe',
    method: 'get',
    path: `${root}/me`,
    tag: 'me',
    summary: 'What the server knows of you',
    permission: 'me',
    countsAs: 'read',
    success: { status: 200, description: 'You, as the server knows you.', schema: me },
    errors: [],
  }),
  exportMe: defineOperation({
    id: 'exportMe',
    method: 'get',
    path: `${root}/me/export`,
    tag: 'me',
    summary: 'Everything that is kept about you, as a file',
    permission: 'me',
    countsAs: 'message',
    success: { status: 200, description: 'Your data.', schema: personalDataExport },
    errors: [],
  }),
  deleteMe: defineOperation({
    id: 'deleteMe',
    method: 'delete',
    path: `${root}/me`,
    tag: 'me',
    summary: 'Delete everything that is kept about you',
    description: 'At once and in every store; there is no way back. Answers under way are stopped.',
    permission: 'me',
    // Whoever wants to be forgotten is not asked to wait.
    countsAs: 'nothing',
    success: { status: 200, description: 'What was deleted.', schema: deletionReceipt },
    errors: [],
  }),
  searchKnowledge: defineOperation({
    id: 'searchKnowledge',
    method: 'get',
    path: `${root}/knowledge/search`,
    tag: 'knowledge',
    summary: 'Search the articles',
    description:
      'By words and, where an embedding model is set up, by meaning. A filter may come several times: any of its values will do, and different filters must all fit.',
    permission: 'knowledge',
    countsAs: 'read',
    query: knowledgeQuery,
    success: { status: 200, description: 'Passages, best first.', schema: knowledgeResults },
    errors: ['search-unavailable'],
  }),
  getKnowledgeStats: defineOperation({
    id: 'getKnowledgeStats',
    method: 'get',
    path: `${root}/knowledge/stats`,
    tag: 'knowledge',
    summary: 'Figures of the knowledge base',
    permission: 'knowledge',
    countsAs: 'read',
    success: { status: 200, description: 'The figures.', schema: knowledgeStats },
    errors: ['search-unavailable'],
  }),
  getLiveness: defineOperation({
    id: 'getLiveness',
    method: 'get',
    path: '/health/live',
    tag: 'health',
    summary: 'Whether the process answers',
    permission: 'public',
    countsAs: 'nothing',
    success: { status: 200, description: 'It does.', schema: liveness },
    errors: [],
  }),
  getReadiness: defineOperation({
    id: 'getReadiness',
    method: 'get',
    path: '/health/ready',
    tag: 'health',
    summary: 'Whether it serves people, and what it depends on',
    description: 'Answers 503 with the same report where something required is down.',
    permission: 'public',
    countsAs: 'nothing',
    success: { status: 200, description: 'It does.', schema: healthReport },
    errors: [],
  }),
} as const;
