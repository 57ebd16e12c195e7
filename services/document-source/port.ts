/** A file of a source, before it is opened. */
export interface SourceFile {
  /** Where it stands in the source, its folders parted by `/`; different files have different paths. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Changes whenever the content may have changed; absent where only the content itself can tell. */
  readonly version?: string;
  /** Where anybody can open it; absent where it is not public. */
  readonly url?: string;
}

/** Somewhere documents are kept: a folder, a container. Nothing is ever written to it. */
export interface DocumentSource {
  /** How messages call it: an address or a path, without secrets. */
  readonly name: string;
  /**
   * Every file in the order of the paths, also one that cannot be opened. Rejects where a part of the source cannot be
   * listed: whoever compares lists must never take such a part for deleted.
   */
  list(options?: { readonly signal?: AbortSignal }): Promise<SourceFile[]>;
  /** The whole content of a file; rejects with a sentence that says why it cannot be had. */
  read(path: string, options?: { readonly signal?: AbortSignal }): Promise<Uint8Array>;
}
