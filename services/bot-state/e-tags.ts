/** Whether an item may be written only while the stored one has its eTag. */
export function isConditional(item: unknown): boolean {
  const eTag = eTagOf(item);
  return eTag !== undefined && eTag !== '' && eTag !== '*';
}

/** The eTag that an item carries. */
export function eTagOf(item: unknown): string | undefined {
  return (item as { readonly eTag?: string } | null | undefined)?.eTag;
}

/** What Bot Framework's own storages say where an item was changed by somebody else. */
export function eTagConflict(key: string): Error {
  return new Error(`Storage: error writing "${key}" due to eTag conflict.`);
}
