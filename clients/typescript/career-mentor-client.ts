// Generated out of openapi.json by generate.ts; changes made here are lost.
import { type CallOptions, type ClientOptions, createTransport } from './transport.ts';
import type {
  Alert,
  DeletionReceipt,
  DocumentList,
  FeedbackReceipt,
  FeedbackRequest,
  HealthReport,
  HistoryPage,
  KnowledgeResults,
  KnowledgeStats,
  Liveness,
  Me,
  MessageAnswer,
  MessageRequest,
  NewSession,
  PersonalDataExport,
  Publication,
  PublicationList,
  PublicationRequest,
  Review,
  Session,
  SessionChange,
  SessionRequest,
  StreamEvent,
  WeekReport,
} from './types.ts';

/** Talks to a Career Mentor server; a call that fails throws a ProblemError. */
export function createCareerMentorClient(clientOptions: ClientOptions) {
  const transport = createTransport(clientOptions);
  return {
    /** Begin a session. */
    createSession: (body?: SessionRequest, options?: CallOptions) =>
      transport.call<NewSession>({ method: 'POST', path: `/api/v1/chat/session`, body }, options),
    /** A session and its counters. */
    getSession: (given: { sessionId: string }, options?: CallOptions) =>
      transport.call<Session>(
        { method: 'GET', path: `/api/v1/chat/session/${encodeURIComponent(given.sessionId)}` },
        options,
      ),
    /** Change what a session knows of the person. */
    changeSession: (given: { sessionId: string }, body: SessionChange, options?: CallOptions) =>
      transport.call<Session>(
        {
          method: 'PATCH',
          path: `/api/v1/chat/session/${encodeURIComponent(given.sessionId)}`,
          body,
        },
        options,
      ),
    /** Delete a session with its messages. */
    deleteSession: (given: { sessionId: string }, options?: CallOptions) =>
      transport.call<void>(
        { method: 'DELETE', path: `/api/v1/chat/session/${encodeURIComponent(given.sessionId)}` },
        options,
      ),
    /** Ask a question. */
    sendMessage: (body: MessageRequest, options?: CallOptions) =>
      transport.call<MessageAnswer>(
        { method: 'POST', path: `/api/v1/chat/message`, body },
        options,
      ),
    /** Ask a question, and see the answer as it is being written. */
    streamMessage: (body: MessageRequest, options?: CallOptions) =>
      transport.stream<StreamEvent>(
        { method: 'POST', path: `/api/v1/chat/message`, body },
        options,
      ),
    /** The messages of a session. */
    getHistory: (
      given: { sessionId: string; limit?: number; cursor?: string },
      options?: CallOptions,
    ) =>
      transport.call<HistoryPage>(
        {
          method: 'GET',
          path: `/api/v1/chat/history/${encodeURIComponent(given.sessionId)}`,
          query: { limit: given.limit, cursor: given.cursor },
        },
        options,
      ),
    /** Rate an answer or a session. */
    sendFeedback: (body: FeedbackRequest, options?: CallOptions) =>
      transport.call<FeedbackReceipt>(
        { method: 'POST', path: `/api/v1/chat/feedback`, body },
        options,
      ),
    /** What the server knows of you. */
    getMe: (options?: CallOptions) =>
      transport.call<Me>({ method: 'GET', path: `/api/v1/me` }, options),
    /** Delete everything that is kept about you. */
    deleteMe: (options?: CallOptions) =>
      transport.call<DeletionReceipt>({ method: 'DELETE', path: `/api/v1/me` }, options),
    /** Everything that is kept about you, as a file. */
    exportMe: (options?: CallOptions) =>
      transport.call<PersonalDataExport>({ method: 'GET', path: `/api/v1/me/export` }, options),
    /** Search the articles. */
    searchKnowledge: (
      given: {
        q: string;
        limit?: number;
        documentType?: ('guide' | 'faq' | 'case_study' | 'resource')[];
        category?: string[];
        careerPath?: string[];
        audience?: string[];
      },
      options?: CallOptions,
    ) =>
      transport.call<KnowledgeResults>(
        {
          method: 'GET',
          path: `/api/v1/knowledge/search`,
          query: {
            q: given.q,
            limit: given.limit,
            documentType: given.documentType,
            category: given.category,
            careerPath: given.careerPath,
            audience: given.audience,
          },
        },
        options,
      ),
    /** Figures of the knowledge base. */
    getKnowledgeStats: (options?: CallOptions) =>
      transport.call<KnowledgeStats>({ method: 'GET', path: `/api/v1/knowledge/stats` }, options),
    /** Every document of the index. */
    listDocuments: (options?: CallOptions) =>
      transport.call<DocumentList>({ method: 'GET', path: `/api/v1/knowledge/documents` }, options),
    /** Take a document out of the index. */
    removeDocument: (given: { documentId: string }, options?: CallOptions) =>
      transport.call<void>(
        {
          method: 'DELETE',
          path: `/api/v1/knowledge/documents/${encodeURIComponent(given.documentId)}`,
        },
        options,
      ),
    /** Publish what stands in the sources of the settings. */
    publishDocuments: (body?: PublicationRequest, options?: CallOptions) =>
      transport.call<Publication>(
        { method: 'POST', path: `/api/v1/knowledge/publications`, body },
        options,
      ),
    /** What was published lately. */
    listPublications: (options?: CallOptions) =>
      transport.call<PublicationList>(
        { method: 'GET', path: `/api/v1/knowledge/publications` },
        options,
      ),
    /** How far a publishing is. */
    getPublication: (given: { publicationId: string }, options?: CallOptions) =>
      transport.call<Publication>(
        {
          method: 'GET',
          path: `/api/v1/knowledge/publications/${encodeURIComponent(given.publicationId)}`,
        },
        options,
      ),
    /** Whether the process answers. */
    getLiveness: (options?: CallOptions) =>
      transport.call<Liveness>({ method: 'GET', path: `/health/live` }, options),
    /** Whether it serves people, and what it depends on. */
    getReadiness: (options?: CallOptions) =>
      transport.call<HealthReport>({ method: 'GET', path: `/health/ready` }, options),
    /** Alerts under way, then those that are over. */
    listAlerts: (options?: CallOptions) =>
      transport.call<{
        alerts: Alert[];
      }>({ method: 'GET', path: `/monitoring/alerts` }, options),
    /** Say that you look after an alert. */
    acknowledgeAlert: (given: { id: string }, options?: CallOptions) =>
      transport.call<Alert>(
        { method: 'POST', path: `/monitoring/alerts/${encodeURIComponent(given.id)}/acknowledge` },
        options,
      ),
    /** Tell nobody of alerts for some minutes; 0 ends it. */
    setMaintenance: (
      body: {
        minutes: number;
      },
      options?: CallOptions,
    ) =>
      transport.call<{
        until: string | null;
      }>({ method: 'POST', path: `/monitoring/maintenance`, body }, options),
    /** The figures of the dashboard as CSV. */
    exportHistory: (given: { range?: 'hour' | 'day' | 'quarter' }, options?: CallOptions) =>
      transport.call<string>(
        { method: 'GET', path: `/monitoring/history.csv`, query: { range: given.range } },
        options,
      ),
    /** What people asked and did not find, by topic. */
    listTopics: (options?: CallOptions) =>
      transport.call<{
        minimumPeople: number;
        topics: {
          words: string;
          questions: number;
          people: number;
        }[];
      }>({ method: 'GET', path: `/monitoring/topics` }, options),
    /** Answers that somebody should look at. */
    listReviews: (options?: CallOptions) =>
      transport.call<{
        reviews: Review[];
      }>({ method: 'GET', path: `/monitoring/reviews` }, options),
    /** Turn a reviewed answer into an evaluation case, or dismiss it. */
    settleReview: (
      given: { id: string },
      body: {
        action: 'case' | 'dismiss';
      },
      options?: CallOptions,
    ) =>
      transport.call<void>(
        { method: 'POST', path: `/monitoring/reviews/${encodeURIComponent(given.id)}`, body },
        options,
      ),
    /** How each week was. */
    reportQuality: (options?: CallOptions) =>
      transport.call<{
        weeks: WeekReport[];
      }>({ method: 'GET', path: `/monitoring/report` }, options),
  };
}

export type CareerMentorClient = ReturnType<typeof createCareerMentorClient>;
