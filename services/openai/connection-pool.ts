import { Agent, fetch as fetchThrough, type RequestInit } from 'undici';

export interface ConnectionPool {
  /** The standard fetch, on this pool's connections. */
  readonly fetch: typeof fetch;
  /** Ends all connections, also those in use. */
  close(): Promise<void>;
}

export interface ConnectionPoolOptions {
  /** Most connections to one server; further calls wait for one of them. */
  readonly connections?: number;
  /** How long an idle connection is kept for the next call. */
  readonly keepAliveMs?: number;
}

/**
 * Connections shared by all model calls: 100 at most, kept for 30 s, as the architecture fixes. The package's own fetch
 * goes with its agent, for the one built into Node takes no agent of another version.
 */
export function createConnectionPool(options: ConnectionPoolOptions = {}): ConnectionPool {
  const { connections = 100, keepAliveMs = 30_000 } = options;
  const dispatcher = new Agent({
    connections,
    keepAliveTimeout: keepAliveMs,
    /** However long the server would keep it. */
    keepAliveMaxTimeout: keepAliveMs,
    /** One call a connection: over HTTP/2 a single lost packet would hold up every answer that streams. */
    allowH2: false,
  });
  const pooled = (url: string, init?: RequestInit) => fetchThrough(url, { ...init, dispatcher });
  return {
    /** The same interface under two names of the same types. */
    fetch: pooled as unknown as typeof fetch,
    close: () => dispatcher.destroy(),
  };
}
