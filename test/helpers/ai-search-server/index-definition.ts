import { invalid, ServiceError } from './service-error.ts';

export type FieldType =
  | 'Edm.String'
  | 'Edm.Int32'
  | 'Edm.Int64'
  | 'Edm.Double'
  | 'Edm.Boolean'
  | 'Edm.DateTimeOffset'
  | 'Collection(Edm.String)'
  | 'Collection(Edm.Single)';

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly key: boolean;
  readonly retrievable: boolean;
  readonly stored: boolean;
  readonly searchable: boolean;
  readonly filterable: boolean;
  readonly sortable: boolean;
  readonly facetable: boolean;
  readonly analyzer: string | null;
  readonly dimensions: number | null;
  readonly vectorSearchProfile: string | null;
}

/** The parts of an index definition that this server understands; it refuses all others. */
export interface IndexDefinition {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly scoringProfiles: readonly {
    readonly name: string;
    readonly text?: { readonly weights: Readonly<Record<string, number>> } | null;
  }[];
  readonly defaultScoringProfile: string | null;
  readonly vectorSearch: VectorSearch | null;
  readonly semantic: SemanticSearch | null;
}

interface VectorSearch {
  readonly algorithms: readonly {
    readonly name: string;
    readonly kind: string;
    readonly hnswParameters?: Readonly<Record<string, unknown>>;
  }[];
  readonly profiles: readonly { readonly name: string; readonly algorithm: string }[];
}

interface SemanticSearch {
  readonly defaultConfiguration?: string | null;
  readonly configurations: readonly {
    readonly name: string;
    readonly prioritizedFields: {
      readonly titleField?: { readonly fieldName: string } | null;
      readonly prioritizedContentFields?: readonly { readonly fieldName: string }[];
      readonly prioritizedKeywordsFields?: readonly { readonly fieldName: string }[];
    };
  }[];
}

const knownProperties = new Set([
  '@odata.etag',
  '@odata.context',
  'name',
  'description',
  'fields',
  'scoringProfiles',
  'defaultScoringProfile',
  'corsOptions',
  'suggesters',
  'analyzers',
  'normalizers',
  'tokenizers',
  'tokenFilters',
  'charFilters',
  'encryptionKey',
  'similarity',
  'semantic',
  'vectorSearch',
]);
const knownFieldProperties = new Set([
  'name',
  'type',
  'key',
  'retrievable',
  'stored',
  'searchable',
  'filterable',
  'sortable',
  'facetable',
  'analyzer',
  'searchAnalyzer',
  'indexAnalyzer',
  'normalizer',
  'synonymMaps',
  'dimensions',
  'vectorSearchProfile',
  'vectorEncoding',
]);
const fieldTypes = new Set<string>([
  'Edm.String',
  'Edm.Int32',
  'Edm.Int64',
  'Edm.Double',
  'Edm.Boolean',
  'Edm.DateTimeOffset',
  'Collection(Edm.String)',
  'Collection(Edm.Single)',
]);
const analyzers = new Set(['en.lucene', 'standard.lucene', 'keyword']);

type Body = Readonly<Record<string, unknown>>;

/** Reads a definition with the service's defaults filled in; throws what the service answers to a wrong one. */
export function readDefinition(body: Body, urlName: string): IndexDefinition {
  const unknown = Object.keys(body).find((name) => !knownProperties.has(name));
  if (unknown !== undefined)
    throw badShape(`The property '${unknown}' does not exist on type 'IndexDefinition'.`);
  const name = String(body['name'] ?? urlName);
  if (name !== urlName)
    throw invalid(`The index name in the URL does not match the name in the request body.`);
  checkName(name);
  const fields = ((body['fields'] ?? []) as Body[]).map(readField);
  const definition: IndexDefinition = {
    name,
    fields,
    scoringProfiles: (body['scoringProfiles'] ?? []) as IndexDefinition['scoringProfiles'],
    defaultScoringProfile: (body['defaultScoringProfile'] ?? null) as string | null,
    vectorSearch: (body['vectorSearch'] ?? null) as VectorSearch | null,
    semantic: (body['semantic'] ?? null) as SemanticSearch | null,
  };
  checkKey(fields);
  checkVectors(definition);
  checkReferences(definition);
  return definition;
}

function checkName(name: string): void {
  if (/^[a-z0-9](?:-?[a-z0-9])+$/.test(name) && name.length <= 128) return;
  throw invalid(
    `Invalid index name: '${name}'. Index name must only contain lowercase letters, digits or dashes, cannot start or end with dashes and is limited to 128 characters.`,
    'InvalidName',
  );
}

function readField(field: Body): Field {
  const name = String(field['name']);
  const unknown = Object.keys(field).find((property) => !knownFieldProperties.has(property));
  if (unknown !== undefined)
    throw badShape(`The property '${unknown}' does not exist on type 'Field'.`);
  if (!/^[A-Za-z][A-Za-z0-9_]{0,127}$/.test(name))
    throw invalid(
      `Invalid field name: '${name}'. Field names must begin with a letter and can contain only letters, digits, or underscore ('_').`,
    );
  const type = String(field['type']);
  if (!fieldTypes.has(type)) throw invalid(`Field '${name}' has the unknown type '${type}'.`);
  const isText = type === 'Edm.String' || type === 'Collection(Edm.String)';
  const isVector = type === 'Collection(Edm.Single)';
  const flag = (property: string, whenAbsent: boolean) => Boolean(field[property] ?? whenAbsent);
  const read: Field = {
    name,
    type: type as FieldType,
    key: flag('key', false),
    retrievable: flag('retrievable', true),
    stored: flag('stored', true),
    searchable: flag('searchable', isText || isVector),
    filterable: flag('filterable', !isVector),
    sortable: flag('sortable', !type.startsWith('Collection')),
    facetable: flag('facetable', !isVector),
    analyzer: (field['analyzer'] ?? null) as string | null,
    dimensions: (field['dimensions'] ?? null) as number | null,
    vectorSearchProfile: (field['vectorSearchProfile'] ?? null) as string | null,
  };
  checkField(read, { isText, isVector });
  return read;
}

function checkField(field: Field, { isText, isVector }: { isText: boolean; isVector: boolean }) {
  const refuse = (reason: string) => invalid(`Field '${field.name}' ${reason}`);
  if (field.searchable && !isText && !isVector) throw refuse('cannot be searchable.');
  if (field.sortable && field.type.startsWith('Collection'))
    throw refuse('is a collection and cannot be sortable.');
  if (isVector && (field.filterable || field.facetable || field.sortable))
    throw refuse('is a vector and cannot be filterable, facetable or sortable.');
  if (field.analyzer !== null && !field.searchable)
    throw refuse('is not searchable, so that it cannot have an analyzer.');
  if (field.analyzer !== null && !analyzers.has(field.analyzer))
    throw refuse(`has the unknown analyzer '${field.analyzer}'.`);
}

function checkKey(fields: readonly Field[]): void {
  const names = new Set(fields.map((field) => field.name.toLowerCase()));
  if (names.size < fields.length) throw invalid('Field names must be unique.');
  const keys = fields.filter((field) => field.key);
  if (keys.length !== 1 || keys[0]?.type !== 'Edm.String')
    throw invalid(
      `The index must have exactly one key field of type Edm.String; found ${keys.length}.`,
      'InvalidKeyField',
    );
}

function checkVectors({ fields, vectorSearch }: IndexDefinition): void {
  const { algorithms = [], profiles = [] } = vectorSearch ?? {};
  for (const algorithm of algorithms) checkAlgorithm(algorithm);
  const algorithmNames = new Set(algorithms.map((algorithm) => algorithm.name));
  for (const { name, algorithm } of profiles)
    if (!algorithmNames.has(algorithm))
      throw invalid(`Profile '${name}' refers to the unknown algorithm '${algorithm}'.`);
  const profileNames = new Set(profiles.map((profile) => profile.name));
  for (const field of fields.filter((other) => other.type === 'Collection(Edm.Single)'))
    checkVectorField(field, profileNames);
}

function checkAlgorithm({ name, kind, hnswParameters = {} }: VectorSearch['algorithms'][number]) {
  if (kind !== 'hnsw') throw invalid(`Algorithm '${name}' has the unknown kind '${kind}'.`);
  const limits = { m: [4, 10], efConstruction: [100, 1_000], efSearch: [100, 1_000] } as const;
  for (const [property, [least, most]] of Object.entries(limits)) {
    const value = Number(hnswParameters[property] ?? least);
    if (!(value >= least && value <= most))
      throw invalid(`'${property}' of '${name}' must be between ${least} and ${most}.`);
  }
  if ((hnswParameters['metric'] ?? 'cosine') !== 'cosine')
    throw new ServiceError(501, 'NotKnownHere', 'This server knows the metric cosine alone.');
}

function checkVectorField(field: Field, profileNames: ReadonlySet<string>): void {
  const { name, dimensions, vectorSearchProfile } = field;
  if (dimensions === null || dimensions < 2 || dimensions > 4_096)
    throw invalid(`The dimensions of '${name}' must be between 2 and 4096.`);
  if (vectorSearchProfile === null || !profileNames.has(vectorSearchProfile))
    throw invalid(`The vector search profile of '${name}' is not defined.`);
}

function checkReferences({ fields, scoringProfiles, semantic, ...index }: IndexDefinition): void {
  const searchable = new Set(
    fields
      .filter((field) => field.searchable && field.type.includes('String'))
      .map((field) => field.name),
  );
  const used = [
    ...scoringProfiles.map(({ name, text }) => ({
      name,
      fields: Object.keys(text?.weights ?? {}),
    })),
    ...(semantic?.configurations ?? []).map(({ name, prioritizedFields }) => ({
      name,
      fields: [
        prioritizedFields.titleField,
        ...(prioritizedFields.prioritizedContentFields ?? []),
        ...(prioritizedFields.prioritizedKeywordsFields ?? []),
      ].flatMap((field) => (field ? [field.fieldName] : [])),
    })),
  ];
  for (const { name, fields: names } of used)
    for (const field of names)
      if (!searchable.has(field))
        throw invalid(`'${name}' refers to the field '${field}', which is not searchable.`);
  const profiles = [null, ...scoringProfiles.map((profile) => profile.name)];
  if (!profiles.includes(index.defaultScoringProfile))
    throw invalid(`The default scoring profile '${index.defaultScoringProfile}' is not defined.`);
}

const fixedProperties = [
  'type',
  'key',
  'stored',
  'searchable',
  'filterable',
  'sortable',
  'facetable',
  'analyzer',
  'dimensions',
  'vectorSearchProfile',
] as const satisfies (keyof Field)[];

/** Throws what the service answers to a change that needs the index to be built again. */
export function checkUpdate(existing: IndexDefinition, next: IndexDefinition): void {
  for (const field of existing.fields) {
    const changed = next.fields.find((other) => other.name === field.name);
    if (changed === undefined)
      throw notAllowed(
        `Existing field '${field.name}' cannot be deleted.`,
        'CannotDeleteExistingField',
      );
    if (fixedProperties.some((property) => field[property] !== changed[property]))
      throw notAllowed(
        `Existing field '${field.name}' cannot be changed.`,
        'CannotChangeExistingField',
      );
  }
  for (const algorithm of existing.vectorSearch?.algorithms ?? []) {
    const changed = next.vectorSearch?.algorithms.find((other) => other.name === algorithm.name);
    if (JSON.stringify(changed) !== JSON.stringify(algorithm))
      throw notAllowed(
        `Existing vector search algorithm '${algorithm.name}' cannot be changed.`,
        'CannotChangeExistingAlgorithm',
      );
  }
}

function notAllowed(message: string, detailCode: string): ServiceError {
  return new ServiceError(400, 'OperationNotAllowed', message, detailCode);
}

function badShape(message: string): ServiceError {
  return new ServiceError(400, '', `The request is invalid. Details: ${message}`);
}
