import type { Config } from '#config.ts';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import type { LanguageModel } from '#services/model/port.ts';

const modelTimeoutMs = 30_000;

/** The configured language model, guarded; none where none is configured. */
export async function openModel({ model }: Config): Promise<LanguageModel | undefined> {
  if (model === undefined) return undefined;
  const [{ createOpenAiModel }, { withResilience }] = await Promise.all([
    import('#services/model/openai.ts'),
    import('#services/model/with-resilience.ts'),
  ]);
  return withResilience(createOpenAiModel({ ...model, timeoutMs: modelTimeoutMs }));
}

/** The configured embedding model; none where none is configured. */
export async function openEmbeddings({ embeddings }: Config): Promise<EmbeddingModel | undefined> {
  if (embeddings === undefined) return undefined;
  const { createOpenAiEmbeddings } = await import('#services/embeddings/openai.ts');
  return createOpenAiEmbeddings({ ...embeddings, timeoutMs: modelTimeoutMs });
}

/** The tokenizer's tables are large: they load only for a model that has a window to fill. */
export async function openTokenCounter(model: LanguageModel): Promise<(text: string) => number> {
  if (model.writes === 'from-passages') return (text) => Math.ceil(text.length / 4);
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  return (text) => countTokens(text);
}
