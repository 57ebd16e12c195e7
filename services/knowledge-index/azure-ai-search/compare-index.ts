import type { SearchField, SearchIndex, SimpleField } from '@azure/search-documents';
import { indexParts } from './index-definition.ts';

export interface IndexComparison {
  /** What cannot be changed in place, each as a clause such as `contentVector has 384 dimensions instead of 1536`. */
  readonly conflicts: readonly string[];
  /** Whether a conflict is about the length of vectors, which a setting of its own decides. */
  readonly otherDimensions: boolean;
  /** The existing index with what it lacks; `undefined` where it lacks nothing. */
  readonly completed: SearchIndex | undefined;
}

/** Holds an existing index against the one that is needed; what an operator added to it stays. */
export function compareIndex(existing: SearchIndex, needed: SearchIndex): IndexComparison {
  const fields = new Map(existing.fields.map((field) => [field.name, field]));
  const conflicts = needed.fields.flatMap((field) => {
    const found = fields.get(field.name);
    return found === undefined ? [] : differencesOf(asSimple(found), asSimple(field));
  });
  const otherKey = existing.fields.find(
    (field) => asSimple(field).key === true && field.name !== 'id',
  );
  if (otherKey !== undefined) conflicts.unshift(`its key is ${otherKey.name} instead of id`);
  const lacking = needed.fields.filter((field) => !fields.has(field.name));
  return {
    conflicts,
    otherDimensions: conflicts.some((conflict) => conflict.includes(' dimensions instead of ')),
    completed: complete(existing, needed, lacking),
  };
}

/** None of our fields is complex; one of that name in a foreign index differs by its type. */
function asSimple(field: SearchField): SimpleField {
  return field as SimpleField;
}

function differencesOf(found: SimpleField, needed: SimpleField): string[] {
  if (found.type !== needed.type)
    return [`${needed.name} is ${found.type} instead of ${needed.type}`];
  const differences: string[] = [];
  if (
    needed.vectorSearchDimensions !== undefined &&
    found.vectorSearchDimensions !== needed.vectorSearchDimensions
  )
    differences.push(
      `${needed.name} has ${found.vectorSearchDimensions} dimensions instead of ${needed.vectorSearchDimensions}`,
    );
  if (needed.key === true && found.key !== true) differences.push(`${needed.name} is not its key`);
  if (needed.analyzerName !== undefined && found.analyzerName !== needed.analyzerName)
    differences.push(
      `${needed.name} is analysed by ${found.analyzerName ?? 'the standard analyser'} instead of ${needed.analyzerName}`,
    );
  /** Facets are for the operator's own use; without the others queries fail. */
  for (const flag of ['searchable', 'filterable', 'sortable'] as const)
    if (needed[flag] === true && found[flag] !== true)
      differences.push(`${needed.name} is not ${flag}`);
  return differences;
}

function complete(
  existing: SearchIndex,
  needed: SearchIndex,
  lacking: readonly SearchField[],
): SearchIndex | undefined {
  const scoringProfiles = missingByName(existing.scoringProfiles, needed.scoringProfiles);
  const configurations = missingByName(
    existing.semanticSearch?.configurations,
    needed.semanticSearch?.configurations,
  );
  if (lacking.length + scoringProfiles.length + configurations.length === 0) return undefined;
  const lacksVectors = lacking.some((field) => field.name === indexParts.vectorField);
  const { algorithms, profiles } = existing.vectorSearch ?? {};
  return {
    ...existing,
    fields: [...existing.fields, ...lacking],
    scoringProfiles: [...(existing.scoringProfiles ?? []), ...scoringProfiles],
    semanticSearch: {
      ...existing.semanticSearch,
      configurations: [...(existing.semanticSearch?.configurations ?? []), ...configurations],
    },
    ...(lacksVectors
      ? {
          vectorSearch: {
            ...existing.vectorSearch,
            algorithms: [
              ...(algorithms ?? []),
              ...missingByName(algorithms, needed.vectorSearch?.algorithms),
            ],
            profiles: [
              ...(profiles ?? []),
              ...missingByName(profiles, needed.vectorSearch?.profiles),
            ],
          },
        }
      : {}),
  };
}

function missingByName<T extends { name: string }>(
  existing: readonly T[] | undefined,
  needed: readonly T[] | undefined,
): T[] {
  const names = new Set((existing ?? []).map((part) => part.name));
  return (needed ?? []).filter((part) => !names.has(part.name));
}
