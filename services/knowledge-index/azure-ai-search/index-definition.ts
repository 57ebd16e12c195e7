import type { SearchField, SearchIndex } from '@azure/search-documents';

/** Names of the parts of the index that queries and updates refer to. */
export const indexParts = {
  vectorField: 'contentVector',
  vectorProfile: 'content-vector-profile',
  vectorAlgorithm: 'content-vector-hnsw',
  scoringProfile: 'headings-first',
  /** The one used where no other name is configured. */
  semanticConfiguration: 'passages',
} as const;

/** The fields that a question's words are looked for in. */
export const textFields = ['title', 'section', 'questions', 'tags', 'content'] as const;

interface Flags {
  readonly filterable?: boolean;
  readonly sortable?: boolean;
  readonly facetable?: boolean;
}

/** English everywhere: a question's word has to meet the same stem in a heading as in the text below it. */
function text(name: string, type: 'Edm.String' | 'Collection(Edm.String)' = 'Edm.String') {
  return { name, type, searchable: true, analyzerName: 'en.lucene' } satisfies SearchField;
}

function exact(name: string, flags: Flags = {}) {
  return { name, type: 'Edm.String', searchable: false, ...flags } satisfies SearchField;
}

function exactList(name: string) {
  return {
    name,
    type: 'Collection(Edm.String)',
    searchable: false,
    filterable: true,
    facetable: true,
  } satisfies SearchField;
}

function number(name: string, type: 'Edm.Int32' | 'Edm.Double', flags: Flags = {}) {
  return { name, type, ...flags } satisfies SearchField;
}

/**
 * Dates are texts: an article's is a day, which Edm.DateTimeOffset refuses, and ISO dates sort as texts just as well.
 * `sources` is JSON: nobody searches in it, and a field of a complex type could never be changed later.
 */
function fieldsOf(dimensions: number): SearchField[] {
  return [
    { name: 'id', type: 'Edm.String', key: true },
    exact('documentId', { filterable: true, sortable: true }),
    text('title'),
    text('section'),
    text('content'),
    exact('summary'),
    text('tags', 'Collection(Edm.String)'),
    text('questions', 'Collection(Edm.String)'),
    exact('documentType', { filterable: true, facetable: true }),
    exact('category', { filterable: true, facetable: true }),
    exact('subcategory', { filterable: true, facetable: true }),
    exact('part', { filterable: true }),
    exact('collection', { filterable: true, facetable: true }),
    exactList('targetAudience'),
    exactList('careerPaths'),
    exactList('skillsCovered'),
    number('chunkIndex', 'Edm.Int32', { filterable: true, sortable: true }),
    number('totalChunks', 'Edm.Int32'),
    number('version', 'Edm.Int32'),
    number('authorityScore', 'Edm.Double', { filterable: true }),
    number('freshnessScore', 'Edm.Double', { filterable: true }),
    number('engagementScore', 'Edm.Double', { filterable: true }),
    exact('sourceUrl'),
    exact('sources'),
    exact('createdAt', { filterable: true, sortable: true }),
    exact('updatedAt', { filterable: true, sortable: true }),
    exact('reviewBy', { filterable: true, sortable: true }),
    exact('contentHash'),
    {
      name: indexParts.vectorField,
      type: 'Collection(Edm.Single)',
      searchable: true,
      hidden: true,
      vectorSearchDimensions: dimensions,
      vectorSearchProfileName: indexParts.vectorProfile,
    },
  ];
}

export interface IndexShape {
  readonly name: string;
  readonly dimensions: number;
  readonly semanticConfiguration: string;
}

/** The whole index as it is created; design numbers: HNSW with m 4, efConstruction 400, efSearch 500, cosine. */
export function defineIndex({ name, dimensions, semanticConfiguration }: IndexShape): SearchIndex {
  return {
    name,
    fields: fieldsOf(dimensions),
    vectorSearch: {
      algorithms: [
        {
          name: indexParts.vectorAlgorithm,
          kind: 'hnsw',
          parameters: { m: 4, efConstruction: 400, efSearch: 500, metric: 'cosine' },
        },
      ],
      profiles: [
        {
          name: indexParts.vectorProfile,
          algorithmConfigurationName: indexParts.vectorAlgorithm,
        },
      ],
    },
    /** A profile and no boosts in the query: it can be tuned at any time without a release, by the operator too. */
    scoringProfiles: [
      {
        name: indexParts.scoringProfile,
        textWeights: { weights: { title: 2.5, section: 2.5, questions: 2, tags: 1.5, content: 1 } },
      },
    ],
    semanticSearch: {
      configurations: [
        {
          name: semanticConfiguration,
          prioritizedFields: {
            titleField: { name: 'title' },
            contentFields: [{ name: 'content' }],
            keywordsFields: [{ name: 'section' }, { name: 'questions' }, { name: 'tags' }],
          },
        },
      ],
    },
  };
}
