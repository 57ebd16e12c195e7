import type { TestContext } from 'node:test';
import {
  type AzureAiSearchIndex,
  type AzureAiSearchOptions,
  createAzureAiSearchIndex,
} from '#services/knowledge-index/azure-ai-search.ts';
import {
  type AiSearchServer,
  type AiSearchServerOptions,
  startAiSearchServer,
} from '#test/helpers/ai-search-server.ts';

export interface OpenedIndex {
  readonly server: AiSearchServer;
  readonly index: AzureAiSearchIndex;
  /** Another client of the same server. */
  connect(options?: Partial<AzureAiSearchOptions>): AzureAiSearchIndex;
}

/** A search service of its own for one test, and a client of it; the index is yet to be made. */
export async function openAzureIndex(
  t: Pick<TestContext, 'after'>,
  options: Partial<AzureAiSearchOptions> = {},
  serverOptions: AiSearchServerOptions = {},
): Promise<OpenedIndex> {
  const server = await startAiSearchServer(serverOptions);
  t.after(() => server.close());
  const connect = (more: Partial<AzureAiSearchOptions> = {}) =>
    createAzureAiSearchIndex({
      endpoint: server.endpoint,
      apiKey: server.adminKey,
      dimensions: 3,
      allowInsecureConnection: true,
      timeoutMs: 5_000,
      ...options,
      ...more,
    });
  return { server, index: connect(), connect };
}
