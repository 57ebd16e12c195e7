import type { SearchQuery } from '../port.ts';

/** A text as OData writes it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** The filter of a search: body passages that fit; `undefined` where nothing can fit. */
export function toFilter(filter: SearchQuery['filter']): string | undefined {
  const conditions = [
    ['documentType', filter?.documentTypes],
    ['category', filter?.categories],
    ['documentId', filter?.documentIds],
  ] as const;
  const clauses = ["part eq 'body'"];
  for (const [field, values] of conditions) {
    if (values === undefined) continue;
    if (values.length === 0) return undefined;
    clauses.push(`(${values.map((value) => `${field} eq ${literal(value)}`).join(' or ')})`);
  }
  return clauses.join(' and ');
}
