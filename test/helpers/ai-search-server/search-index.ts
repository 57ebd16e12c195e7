import type { Field, IndexDefinition } from './index-definition.ts';
import type { StoredDocument } from './odata-filter.ts';
import { invalid, ServiceError } from './service-error.ts';
import { createTextIndex, type TextIndex } from './text-index.ts';

export interface ItemResult {
  readonly key: string;
  readonly status: boolean;
  readonly errorMessage: string | null;
  readonly statusCode: number;
}

/** One index: its definition, its documents, and the full-text index over them. */
export interface SearchIndex {
  definition: IndexDefinition;
  etag: string;
  readonly documents: Map<string, StoredDocument>;
  /** Carries out a batch of actions; each item has a status of its own. */
  apply(actions: readonly StoredDocument[], fails: ItemFault): ItemResult[];
  textIndex(): TextIndex;
}

/** A status that the item of this key is to fail with, if it is to fail. */
export type ItemFault = (key: string) => number | undefined;

export function createSearchIndex(definition: IndexDefinition, etag: string): SearchIndex {
  const documents = new Map<string, StoredDocument>();
  let text: TextIndex | undefined;
  const index: SearchIndex = {
    definition,
    etag,
    documents,

    apply(actions, fails) {
      const keyName = index.definition.fields.find((field) => field.key)?.name ?? '';
      if (actions.length > 1_000)
        throw invalid(`The batch has ${actions.length} actions; the limit is 1000.`);
      for (const [position, action] of actions.entries())
        checkDocument(action, position, index.definition.fields, keyName);
      text = undefined;
      return actions.map((action) => {
        const key = String(action[keyName]);
        const fault = fails(key);
        if (fault !== undefined)
          return { key, status: false, errorMessage: 'This item failed.', statusCode: fault };
        return applyAction(action, key);
      });
    },

    textIndex() {
      text ??= createTextIndex(
        documents,
        index.definition.fields
          .filter((field) => field.searchable && field.type.includes('String'))
          .map((field) => field.name),
      );
      return text;
    },
  };

  function applyAction({ '@search.action': kind, ...fields }: StoredDocument, key: string) {
    const done = (statusCode: number): ItemResult => ({
      key,
      status: true,
      errorMessage: null,
      statusCode,
    });
    const existing = documents.get(key);
    if (kind === 'delete') {
      documents.delete(key);
      return done(200);
    }
    if (kind === 'merge' && existing === undefined)
      return { key, status: false, errorMessage: 'Document not found.', statusCode: 404 };
    documents.set(key, kind === 'upload' ? fields : { ...existing, ...fields });
    return done(existing === undefined ? 201 : 200);
  }

  return index;
}

function checkDocument(
  action: StoredDocument,
  position: number,
  fields: readonly Field[],
  keyName: string,
): void {
  const kind = action['@search.action'];
  if (!['upload', 'merge', 'mergeOrUpload', 'delete'].includes(String(kind)))
    throw invalid(`${position}: The action '${String(kind)}' is not known.`);
  checkKey(action[keyName], position);
  for (const [name, value] of Object.entries(action)) {
    if (name === '@search.action') continue;
    const field = fields.find((other) => other.name === name);
    if (field === undefined)
      throw new ServiceError(
        400,
        '',
        `The request is invalid. Details: The property '${name}' does not exist on type 'search.documentFields'. Make sure to only use property names that are defined by the type.`,
      );
    if (value !== null && !fits(field, value))
      throw new ServiceError(
        400,
        '',
        `The request is invalid. Details: Cannot convert the value of '${name}' to the expected type '${field.type}'.`,
      );
  }
}

function checkKey(key: unknown, position: number): void {
  const refuse = (reason: string) =>
    invalid(`${position}: Invalid document key: '${String(key)}'. ${reason}`, 'InvalidDocumentKey');
  if (typeof key !== 'string' || key === '' || key.length > 1_024)
    throw refuse('Keys must be texts of 1 to 1024 characters.');
  if (!/^[A-Za-z0-9_\-=]+$/.test(key))
    throw refuse(
      'Keys can only contain letters, digits, underscore (_), dash (-), or equal sign (=).',
    );
  if (key.startsWith('_')) throw refuse('Keys cannot start with a leading underscore.');
}

function fits(field: Field, value: unknown): boolean {
  switch (field.type) {
    case 'Edm.String':
      return typeof value === 'string';
    case 'Edm.Boolean':
      return typeof value === 'boolean';
    case 'Edm.Int32':
    case 'Edm.Int64':
      return Number.isInteger(value);
    case 'Edm.Double':
      return typeof value === 'number';
    case 'Edm.DateTimeOffset':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:\d\d)$/.test(value);
    case 'Collection(Edm.String)':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'Collection(Edm.Single)':
      return (
        Array.isArray(value) &&
        value.length === field.dimensions &&
        value.every((item) => typeof item === 'number')
      );
  }
}
