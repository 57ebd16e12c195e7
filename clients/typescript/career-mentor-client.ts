// Generated out of openapi.json by generate.ts; changes made here are lost.
import { type CallOptions, type ClientOptions, createTransport } from './transport.ts';

export type Citation = {
  /** The n of `[n]` in the answer. */ number: number;
  documentId: string;
  title: string;
  documentType:
    | 'guide'
    | 'faq'
    | 'case_study'
    | 'resource' /** Opens the passage in its article. */;
  sourceUrl: string;
  section: string;
  passage: string /** When the article was last reviewed. */;
  date: string;
  score: number;
};

export type DeletionReceipt = {
  receiptId: string;
  deletedAt: string;
  deleted: { profiles: number; conversations: number; messages: number };
};

export type FeedbackReceipt = {
  sessionId: string;
  messageId?: string;
  reaction?: 'like' | 'dislike';
  satisfactionScore?: number;
  recordedAt: string;
};

/** A messageId with a reaction, a satisfactionScore, or all three. The last one given holds. */
export type FeedbackRequest = {
  sessionId: string;
  messageId?: string;
  reaction?: 'like' | 'dislike';
  reason?: string /** Of the session as a whole; 5 is best. */;
  satisfactionScore?: number;
};

export type FoundPassage = {
  id: string;
  documentId: string;
  title: string;
  section: string;
  passage: string;
  documentType: 'guide' | 'faq' | 'case_study' | 'resource';
  category: string;
  subcategory: string;
  tags: string[];
  targetAudience: string[];
  careerPaths: string[];
  sourceUrl: string /** When the article was last reviewed. */;
  date: string /** Comparable within these results only. */;
  score: number;
};

export type HealthReport = {
  status: 'ready' | 'not-ready';
  dependencies: { name: string; required: boolean; status: 'up' | 'down'; latencyMs: number }[];
  circuits: {
    name: string;
    state: string;
  }[] /** How many writes wait until their store can be reached again. */;
  waitingWrites: number;
};

export type HistoryPage = {
  sessionId: string;
  messages: KeptMessage[] /** Leads to the page of older messages; `null` on the oldest. */;
  nextCursor: string | null;
  totalMessages: number;
};

export type KeptMessage = {
  messageId: string;
  role: 'user' | 'assistant';
  content: string;
  timestamp: string;
  tokensUsed: number /** Milliseconds. */;
  responseTime?: number;
  citations: Citation[];
  followUps?: string[];
  nextSteps?: string[];
  modelUsed?: string;
  confidenceScore?: number;
  state?: 'grounded' | 'partly-grounded' | 'no-evidence' | 'declined' | 'degraded';
  feedback?: { reaction: 'like' | 'dislike'; reason?: string; at: string };
};

export type KnowledgeResults = {
  results: FoundPassage[] /** Passages that match, the first 100 at most. */;
  total: number;
  facets: {
    documentType: { value: string; count: number }[];
    category: { value: string; count: number }[];
    careerPath: { value: string; count: number }[];
    audience: { value: string; count: number }[];
  };
};

export type KnowledgeStats = {
  documents: number;
  passages: number;
  categories: { category: string; documents: number; passages: number }[];
  collections: { collection: string; documents: number; passages: number }[];
};

export type Liveness = { status: 'live' };

export type Me = {
  personId: string;
  signedIn: boolean;
  roles: ('user' | 'admin')[];
  profile: Profile | null /** The one that went on last first. */;
  sessions: Session[];
};

export type MessageAnswer = {
  messageId: string;
  sessionId: string /** Markdown, with `[n]` for citation n. */;
  response: string;
  citations: Citation[] /** Questions that can be answered next. */;
  followUps: string[];
  nextSteps: string[] /** `grounded`: borne out by its sources. `partly-grounded`: marked where it is not. `no-evidence`: nothing was found, so nothing is said. `declined`: not answered, for the reason it gives. `degraded`: put together without the language model. */;
  state: 'grounded' | 'partly-grounded' | 'no-evidence' | 'declined' | 'degraded';
  metadata: {
    tokensUsed: number /** Milliseconds. */;
    responseTime: number;
    modelUsed: string;
    confidenceScore: number /** Ids of the articles that the answer rests on. */;
    knowledgeSources: string[] /** For the person, where something was out of order. */;
    notice?: string;
  };
  timestamp: string;
};

export type MessageOptions = {
  /** Without sources the answer names none, and has no `[n]`. */
  includeSources?: boolean /** How long the answer may become; the server’s own limit holds too. */;
  maxTokens?: number;
  temperature?: number;
};

export type MessageRequest = {
  message: string;
  sessionId: string /** For this question only, over what the session knows. */;
  context?: UserContext;
  options?: MessageOptions;
};

export type NewSession = {
  sessionId: string;
  createdAt: string /** When it goes by itself if nothing is said; `null`: it stays. */;
  expiresAt: string | null;
  userContext: UserContext;
};

export type PersonalDataExport = {
  exportedAt: string;
  personId: string;
  profiles: Profile[];
  conversations: {
    sessionId: string;
    createdAt: string /** When it goes by itself if nothing is said; `null`: it stays. */;
    expiresAt: string | null;
    userContext: UserContext;
    updatedAt: string /** Where it began. */;
    channel: string;
    totalMessages: number;
    totalTokensUsed: number;
    satisfactionScore?: number;
    conversationSummary?: string;
    messages: KeptMessage[];
  }[] /** What was written on both sides, as the channel showed it. */;
  transcripts: {
    conversationId: string;
    lines: { at: string; from: 'you' | 'mentor'; text: string }[];
  }[];
};

export type Problem = {
  type: 'about:blank' /** One sentence for the person. */;
  title: string;
  status: number /** Stable; for programs. */;
  code:
    | 'config-invalid'
    | 'data-unavailable'
    | 'data-corrupt'
    | 'search-unavailable'
    | 'embeddings-unavailable'
    | 'model-unavailable'
    | 'question-empty'
    | 'question-too-long'
    | 'request-invalid'
    | 'not-authenticated'
    | 'token-expired'
    | 'not-allowed'
    | 'not-found'
    | 'rate-limited'
    | 'not-permitted'
    | 'origin-not-allowed'
    | 'sign-in-unavailable'
    | 'method-not-allowed'
    | 'media-type-unsupported'
    | 'request-too-large'
    | 'address-too-long'
    | 'headers-too-large'
    | 'request-timeout'
    | 'idempotency-key-reused'
    | 'too-many-streams'
    | 'token-budget-spent'
    | 'internal' /** One sentence for the developer. */;
  detail?: string /** Whether the same call may succeed later. */;
  retryable: boolean /** Under which the log holds the cause. */;
  requestId: string;
  errors?: { in: 'body' | 'query' | 'path' | 'header'; pointer: string; detail: string }[];
};

export type Profile = {
  userId: string;
  reason?: string;
  background?: string;
  experienceLevel?: 'student' | 'entry' | 'junior' | 'mid' | 'senior' | 'career_changer';
  closestWork?: string;
  careerGoals: string[];
  specificInterests: string[];
  targetRole?: string;
  hoursPerWeek?: number;
  locale?: string;
  consent?: { granted: boolean; at: string };
  updatedAt: string;
};

export type Session = {
  sessionId: string;
  createdAt: string /** When it goes by itself if nothing is said; `null`: it stays. */;
  expiresAt: string | null;
  userContext: UserContext;
  updatedAt: string /** Where it began. */;
  channel: string;
  totalMessages: number;
  totalTokensUsed: number;
  satisfactionScore?: number;
};

/** Fields that are absent stay as they are; `null` removes one. */
export type SessionChange = {
  userContext: {
    background?: string | null;
    experienceLevel?: 'student' | 'entry' | 'junior' | 'mid' | 'senior' | 'career_changer' | null;
    careerGoals?: string[] | null;
    specificInterests?: string[] | null;
  };
};

export type SessionRequest = { userContext?: UserContext };

/** Name and data of one server-sent event. Every stream ends with exactly one `answer` or `error`. `text-reset` voids the text so far. */
export type StreamEvent =
  | {
      event: 'stage';
      data: { stage: 'understanding' | 'searching' | 'reading' | 'writing' | 'checking' };
    }
  | { event: 'source-found'; data: { documentId: string; title: string } }
  | { event: 'text-delta'; data: { text: string } }
  | { event: 'text-reset'; data: Record<string, never> }
  | { event: 'answer'; data: MessageAnswer }
  | { event: 'error'; data: Problem };

/** What is known of the person; every field may be absent. */
export type UserContext = {
  /** Role or study, in the person’s words. */ background?: string;
  experienceLevel?: 'student' | 'entry' | 'junior' | 'mid' | 'senior' | 'career_changer';
  careerGoals?: string[];
  specificInterests?: string[];
};

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
    /** Whether the process answers. */
    getLiveness: (options?: CallOptions) =>
      transport.call<Liveness>({ method: 'GET', path: `/health/live` }, options),
    /** Whether it serves people, and what it depends on. */
    getReadiness: (options?: CallOptions) =>
      transport.call<HealthReport>({ method: 'GET', path: `/health/ready` }, options),
  };
}

export type CareerMentorClient = ReturnType<typeof createCareerMentorClient>;
