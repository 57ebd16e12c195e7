/** What kind of document a passage comes from. */
export const documentTypes = ['guide', 'faq', 'case_study', 'resource'] as const;

export type DocumentType = (typeof documentTypes)[number];

/** Where a statement in a passage comes from: the evidence behind our own article. */
export interface EvidenceSource {
  readonly title: string;
  readonly url: string;
  readonly evidence: 'primary' | 'practitioner' | 'secondary';
  /** Year or year and month of the data or text, or `undated`. */
  readonly asOf: string;
}

/** One passage of the knowledge base: a section of an article, or a part of a long section. */
export interface KnowledgeDocument {
  /** Unique: `<documentId>#<chunkIndex>`. */
  readonly id: string;
  readonly documentId: string;
  readonly title: string;
  /** Plain text in whole sentences; paragraphs and list items are separated by one line break. */
  readonly content: string;
  readonly summary: string;
  readonly documentType: DocumentType;
  readonly category: string;
  readonly subcategory: string;
  readonly tags: readonly string[];
  /** Other ways in which people ask what the passage answers: searched like its heading, and never shown. */
  readonly questions: readonly string[];
  readonly contentVector?: Float32Array;
  readonly chunkIndex: number;
  readonly totalChunks: number;
  readonly targetAudience: readonly string[];
  /** Role ids of the taxonomy, or `any`. */
  readonly careerPaths: readonly string[];
  readonly skillsCovered: readonly string[];
  /** All three 0 to 1. */
  readonly authorityScore: number;
  readonly freshnessScore: number;
  readonly engagementScore: number;
  /** Absolute URL, or a path on this server such as `/articles/career-backend-to-ai#what-transfers`. */
  readonly sourceUrl: string;
  /** The heading the passage stands under; the article's title for its opening paragraph. */
  readonly section: string;
  /** Only `body` passages are evidence; the others are fetched with the document. */
  readonly part: 'body' | 'limits' | 'next-steps';
  readonly sources: readonly EvidenceSource[];
  /** ISO dates; `updatedAt` is when the text was last reviewed, empty where nobody knows, `reviewBy` when that review runs out. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly reviewBy?: string;
  readonly version: number;
  /** Which collection it was ingested from: publishing one collection never touches another's documents. */
  readonly collection: string;
  /** Hash of the whole article's file: equal for all passages of one version of it. */
  readonly contentHash: string;
}

/** A word or phrase of the question, with other ways to say the same. */
export interface SynonymGroup {
  readonly term: string;
  readonly alternatives: readonly string[];
}

export interface SearchQuery {
  readonly text: string;
  /** Widens the query: a match of an alternative counts nearly as much as one of the term. */
  readonly synonyms?: readonly SynonymGroup[];
  /** What was asked, where `text` looks for more: by meaning nothing is looked for that nobody said. */
  readonly asked?: string;
  /** With a vector the search is hybrid: both result lists are fused by reciprocal rank. */
  readonly vector?: Float32Array;
  readonly limit: number;
  readonly filter?: {
    readonly documentTypes?: readonly DocumentType[];
    readonly categories?: readonly string[];
    readonly documentIds?: readonly string[];
  };
}

export interface SearchHit {
  readonly document: KnowledgeDocument;
  /** Comparable within one result list only; higher is better. */
  readonly score: number;
  /**
   * Share of the question's informative weight (by inverse document frequency) that the passage is about, 0 to 1: a word
   * in a heading counts in full, one that the text only mentions counts less. A hit by vector has at least its similarity.
   */
  readonly coverage: number;
}

export interface IndexedDocument {
  readonly documentId: string;
  readonly title: string;
  readonly category: string;
  readonly collection: string;
  readonly contentHash: string;
  readonly chunkCount: number;
}

/**
 * Full-text, and where vectors are given hybrid, search over passages.
 * A document is replaced whole or not at all. Failures of the store reject with a MentorError `search-unavailable`.
 */
export interface KnowledgeIndex {
  /** The best passages first; only `body` passages. */
  search(query: SearchQuery, options?: { readonly signal?: AbortSignal }): Promise<SearchHit[]>;
  /** All passages of one document in order; empty where there is none. */
  getDocument(documentId: string): Promise<KnowledgeDocument[]>;
  listDocuments(): Promise<IndexedDocument[]>;
  /** Another number after each change, whichever process made it; only of an index that can tell without a call. */
  countChanges?(): number;
  /** Replaces all passages of the document that the given passages belong to. */
  putDocument(passages: readonly KnowledgeDocument[]): Promise<void>;
  /** Resolves to whether the document was there. */
  removeDocument(documentId: string): Promise<boolean>;
}
