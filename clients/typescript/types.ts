// Generated out of openapi.json by generate.ts; changes made here are lost.

export type Alert = {
  id: string;
  rule: string;
  title: string;
  severity: 'information' | 'warning' | 'critical';
  state: 'firing' | 'acknowledged' | 'resolved';
  metric: string;
  comparison: 'above' | 'below';
  threshold: number;
  value: number;
  startedAt: string;
  acknowledgedAt?: string;
  resolvedAt?: string;
  muted: boolean;
};

export type Citation = {
  /** The n of `[n]` in the answer. */
  number: number;
  documentId: string;
  title: string;
  documentType: 'guide' | 'faq' | 'case_study' | 'resource';
  /** Opens the passage in its article; empty where no page shows it. */
  sourceUrl: string;
  section: string;
  passage: string;
  /** When the article was last reviewed; empty where that is unknown. */
  date: string;
  score: number;
};

export type DeletionReceipt = {
  receiptId: string;
  deletedAt: string;
  deleted: {
    profiles: number;
    conversations: number;
    messages: number;
  };
};

export type DocumentList = {
  documents: {
    documentId: string;
    title: string;
    category: string;
    /** Where it was published from. */
    collection: string;
    passages: number;
  }[];
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
  reason?: string;
  /** Of the session as a whole; 5 is best. */
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
  sourceUrl: string;
  /** When the article was last reviewed; empty where that is unknown. */
  date: string;
  /** Comparable within these results only. */
  score: number;
};

export type HealthReport = {
  status: 'ready' | 'not-ready';
  dependencies: {
    name: string;
    required: boolean;
    status: 'up' | 'down';
    latencyMs: number;
  }[];
  circuits: {
    name: string;
    state: string;
  }[];
  /** How many writes wait until their store can be reached again. */
  waitingWrites: number;
};

export type HistoryPage = {
  sessionId: string;
  messages: KeptMessage[];
  /** Leads to the page of older messages; `null` on the oldest. */
  nextCursor: string | null;
  totalMessages: number;
};

export type KeptMessage = {
  messageId: string;
  role: 'user' | 'assistant';
  /** As it was written by a person; Markdown without links, images or HTML from the assistant. */
  content: string;
  timestamp: string;
  tokensUsed: number;
  /** Milliseconds. */
  responseTime?: number;
  citations: Citation[];
  followUps?: string[];
  nextSteps?: string[];
  modelUsed?: string;
  confidenceScore?: number;
  state?: 'grounded' | 'partly-grounded' | 'no-evidence' | 'declined' | 'degraded';
  /** To be shown below the answer: who wrote it, and what was out of order, such as an answer that was cut short. Absent where there is nothing to say. */
  notice?: string;
  feedback?: {
    reaction: 'like' | 'dislike';
    reason?: string;
    at: string;
  };
};

export type KnowledgeResults = {
  results: FoundPassage[];
  /** Passages that match, the first 100 at most. */
  total: number;
  facets: {
    documentType: {
      value: string;
      count: number;
    }[];
    category: {
      value: string;
      count: number;
    }[];
    careerPath: {
      value: string;
      count: number;
    }[];
    audience: {
      value: string;
      count: number;
    }[];
  };
};

export type KnowledgeStats = {
  documents: number;
  passages: number;
  categories: {
    category: string;
    documents: number;
    passages: number;
  }[];
  collections: {
    collection: string;
    documents: number;
    passages: number;
  }[];
};

export type Liveness = {
  status: 'live';
};

export type Me = {
  personId: string;
  signedIn: boolean;
  roles: ('user' | 'admin')[];
  profile: Profile | null;
  /** The one that went on last first. */
  sessions: Session[];
};

export type MessageAnswer = {
  messageId: string;
  sessionId: string;
  /** Markdown without links, images or HTML, with `[n]` for citation n. */
  response: string;
  citations: Citation[];
  /** Questions that can be answered next. */
  followUps: string[];
  nextSteps: string[];
  /** `grounded`: borne out by its sources. `partly-grounded`: marked where it is not. `no-evidence`: nothing was found, so nothing is said. `declined`: not answered, for the reason it gives. `degraded`: put together without the language model. */
  state: 'grounded' | 'partly-grounded' | 'no-evidence' | 'declined' | 'degraded';
  /** To be shown below the answer: who wrote it, and what was out of order, such as an answer that was cut short. Absent where there is nothing to say. */
  notice?: string;
  metadata: {
    tokensUsed: number;
    /** Milliseconds. */
    responseTime: number;
    modelUsed: string;
    confidenceScore: number;
    /** Ids of the articles that the answer rests on. */
    knowledgeSources: string[];
  };
  timestamp: string;
};

export type MessageOptions = {
  /** Without sources the answer names none, and has no `[n]`. */
  includeSources?: boolean;
  /** How long the answer may become; the server’s own limit holds too. */
  maxTokens?: number;
  temperature?: number;
};

export type MessageRequest = {
  message: string;
  sessionId: string;
  /** For this question only, over what the session knows. */
  context?: UserContext;
  options?: MessageOptions;
};

export type NewSession = {
  sessionId: string;
  createdAt: string;
  /** When it goes by itself if nothing is said; `null`: it stays. Of somebody who says that they are under age, all goes an hour after their last words. */
  expiresAt: string | null;
  userContext: UserContext;
};

export type PersonalDataExport = {
  exportedAt: string;
  personId: string;
  profiles: Profile[];
  conversations: {
    sessionId: string;
    createdAt: string;
    /** When it goes by itself if nothing is said; `null`: it stays. Of somebody who says that they are under age, all goes an hour after their last words. */
    expiresAt: string | null;
    userContext: UserContext;
    updatedAt: string;
    /** Where it began. */
    channel: string;
    totalMessages: number;
    totalTokensUsed: number;
    satisfactionScore?: number;
    conversationSummary?: string;
    messages: KeptMessage[];
  }[];
  /** What was written on both sides, as the channel showed it. */
  transcripts: {
    conversationId: string;
    lines: {
      at: string;
      from: 'you' | 'mentor';
      text: string;
    }[];
  }[];
};

export type Problem = {
  type: 'about:blank';
  /** One sentence for the person. */
  title: string;
  status: number;
  /** Stable; for programs. */
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
    | 'tenant-budget-spent'
    | 'internal';
  /** One sentence for the developer. */
  detail?: string;
  /** Whether the same call may succeed later. */
  retryable: boolean;
  /** Under which the log holds the cause. */
  requestId: string;
  errors?: {
    in: 'body' | 'query' | 'path' | 'header';
    pointer: string;
    detail: string;
  }[];
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
  consent?: {
    granted: boolean;
    at: string;
  };
  updatedAt: string;
};

export type Publication = {
  publicationId: string;
  state: 'running' | 'done' | 'failed';
  recreate: boolean;
  startedAt: string;
  endedAt: string | null;
  documentsRead: number;
  sources: SourceReport[];
  /** Why it failed, as in problem documents. */
  code: string | null;
};

export type PublicationList = {
  publications: Publication[];
};

export type PublicationRequest = {
  /** Publishes everything again, changed or not. */
  recreate?: boolean;
};

export type Review = {
  id: string;
  reason: 'thumbs-down' | 'no-evidence' | 'low-grounding';
  at: string;
  state: string | null;
  question: string;
  answer: string;
  feedback: string | null;
  sources: string[];
};

export type Session = {
  sessionId: string;
  createdAt: string;
  /** When it goes by itself if nothing is said; `null`: it stays. Of somebody who says that they are under age, all goes an hour after their last words. */
  expiresAt: string | null;
  userContext: UserContext;
  updatedAt: string;
  /** Where it began. */
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

export type SessionRequest = {
  userContext?: UserContext;
};

export type SourceReport = {
  source: string;
  added: string[];
  changed: string[];
  removed: string[];
  unchanged: number;
  /** Files that were left out, each with what to mend. */
  refused: {
    file: string;
    line?: number;
    problem: string;
  }[];
  /** The embedding model failed; the next publishing tries again. */
  withoutVectors: boolean;
};

/** Name and data of one server-sent event. Every stream ends with exactly one `answer` or `error`. `text-reset` voids the text so far. */
export type StreamEvent =
  | {
      event: 'stage';
      data: {
        stage: 'understanding' | 'searching' | 'reading' | 'writing' | 'checking';
      };
    }
  | {
      event: 'source-found';
      data: {
        documentId: string;
        title: string;
      };
    }
  | {
      event: 'text-delta';
      data: {
        text: string;
      };
    }
  | {
      event: 'text-reset';
      data: Record<string, never>;
    }
  | {
      event: 'answer';
      data: MessageAnswer;
    }
  | {
      event: 'error';
      data: Problem;
    };

/** What is known of the person; every field may be absent. */
export type UserContext = {
  /** Role or study, in the person’s words. */
  background?: string;
  experienceLevel?: 'student' | 'entry' | 'junior' | 'mid' | 'senior' | 'career_changer';
  careerGoals?: string[];
  specificInterests?: string[];
};

export type WeekReport = {
  week: string;
  questions: number;
  groundedShare: number | null;
  noEvidenceShare: number | null;
  failedShare: number | null;
  thumbsUp: number;
  thumbsDown: number;
  citationsVerifiedShare: number | null;
  retrievalGoodShare: number | null;
  firstWordP95Seconds: number | null;
  answerP95Seconds: number | null;
  costUsd: number;
  tokensByModel: Record<string, never>;
};
