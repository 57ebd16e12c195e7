/**
 * Keeps values that could be made again. It is never the only place of anything, and never fails: a cache that cannot be
 * reached has nothing and keeps nothing. Keys are namespaced by their users with a word and a colon, such as `answer:`.
 */
export interface Cache {
  /** The value, or nothing where it is not there, has expired or cannot be read. */
  get(key: string): Promise<Buffer | undefined>;
  set(
    key: string,
    value: string | Uint8Array,
    options: { readonly ttlSeconds: number },
  ): Promise<void>;
  delete(key: string): Promise<void>;
  /** Deletes every value whose key begins so. */
  deletePrefix(prefix: string): Promise<void>;
  close(): Promise<void>;
}
