import { MentorError } from '#errors.ts';
import { embedInBatches } from './embed-in-batches.ts';
import type { EmbeddingModel } from './port.ts';

export interface LocalEmbeddingsOptions {
  /** A model that the package knows how to run, such as `Xenova/all-MiniLM-L6-v2`, or a folder that holds one. */
  readonly model: string;
  readonly dimensions: number;
  /** Where the model is kept once it was fetched. */
  readonly cacheFolder: string;
  /** Brings the package in, which only who wants it has installed. */
  readonly load?: () => Promise<unknown>;
}

const packageName = '@huggingface/transformers';
const maxBatchSize = 32;

/** What of the package is used: https://huggingface.co/docs/transformers.js/api/pipelines#pipelinesfeatureextractionpipeline. */
interface Transformers {
  readonly env: { cacheDir: string };
  pipeline(task: 'feature-extraction', model: string, options: { dtype: string }): Promise<Extract>;
}

type Extract = (
  texts: string[],
  options: { readonly pooling: 'mean'; readonly normalize: true },
) => Promise<{ readonly dims: readonly number[]; readonly data: Float32Array }>;

/**
 * An embedding model in this process, by a package that the program does not bring: with its runtime it takes half a gigabyte.
 * The model is fetched and loaded with the first text.
 */
export function createLocalEmbeddings({
  model,
  dimensions,
  cacheFolder,
  load = () => import(packageName),
}: LocalEmbeddingsOptions): EmbeddingModel {
  let opening: Promise<Extract> | undefined;
  const open = async (): Promise<Extract> => {
    const { env, pipeline } = (await load()) as Transformers;
    env.cacheDir = cacheFolder;
    return pipeline('feature-extraction', model, { dtype: 'q8' });
  };
  const embedBatch = async (texts: readonly string[]): Promise<Float32Array[]> => {
    opening ??= open();
    const extract = await opening.catch((error: unknown) => {
      // The next text tries again: a package can be installed meanwhile, and a model fetched.
      opening = undefined;
      throw error;
    });
    const { dims, data } = await extract([...texts], { pooling: 'mean', normalize: true });
    const length = dims.at(-1) ?? 0;
    if (length !== dimensions) throw wrongLength(model, length, dimensions);
    return texts.map((_, row) => data.slice(row * length, (row + 1) * length));
  };
  return {
    name: model,
    dimensions,
    maxBatchSize,
    async embed(texts, { signal } = {}) {
      try {
        return await embedInBatches(texts, embedBatch, { maxBatchSize, signal });
      } catch (error) {
        signal?.throwIfAborted();
        throw error instanceof MentorError ? error : toFailure(error, model);
      }
    },
  };
}

function wrongLength(model: string, length: number, dimensions: number): MentorError {
  return new MentorError(
    'embeddings-unavailable',
    `${model} gives vectors of length ${length} where ${dimensions} are wanted; set EMBEDDING_DIMENSIONS=${length}.`,
    { details: { setting: 'EMBEDDING_DIMENSIONS', isRetryable: false } },
  );
}

function toFailure(error: unknown, model: string): MentorError {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  const message =
    code === 'ERR_MODULE_NOT_FOUND'
      ? `LOCAL_EMBEDDING_MODEL needs a package that is not installed: npm install ${packageName}.`
      : `${model} could not be loaded or run (${error instanceof Error ? error.message : String(error)}); check LOCAL_EMBEDDING_MODEL, and that the model can be fetched or is in the models folder of DATA_DIR.`;
  return new MentorError('embeddings-unavailable', message, {
    cause: error,
    details: { setting: 'LOCAL_EMBEDDING_MODEL', isRetryable: false },
  });
}
