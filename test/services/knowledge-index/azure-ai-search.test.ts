import { createAzureAiSearchIndex } from '#services/knowledge-index/azure-ai-search.ts';
import { describeKnowledgeIndex } from '#test/contracts/knowledge-index.contract.ts';
import { startAiSearchServer } from '#test/helpers/ai-search-server.ts';

describeKnowledgeIndex('azure-ai-search', async () => {
  const server = await startAiSearchServer();
  const store = createAzureAiSearchIndex({
    endpoint: server.endpoint,
    apiKey: server.adminKey,
    dimensions: 3,
    allowInsecureConnection: true,
    timeoutMs: 5_000,
  });
  await store.ensureIndex();
  return { store, close: () => server.close() };
});
