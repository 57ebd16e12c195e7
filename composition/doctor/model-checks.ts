import { openPlainModels, type PlainModels } from '#composition/models.ts';
import type { Config, ModelServer } from '#config.ts';
import { MentorError } from '#errors.ts';
import type { HelperModel, LanguageModel } from '#services/model/port.ts';
import { type Check, hostOf } from './check.ts';

/** The smallest thing to ask of a model. */
const request = {
  messages: [{ role: 'user', content: 'Answer with the one word OK.' }],
  temperature: 0,
  maxAnswerTokens: 16,
} as const;

/** The configured models, each asked once and without a second try. */
export async function modelChecks(
  config: Config,
): Promise<{ readonly checks: Check[]; close(): Promise<void> }> {
  const models = await openPlainModels(config);
  return {
    checks: [
      ...answerChecks(config, models),
      ...fastChecks(config, models),
      ...embeddingChecks(config, models),
    ],
    close: models.close,
  };
}

function answerChecks({ model: settings }: Config, { model }: PlainModels): Check[] {
  if (settings === undefined || model === undefined) return [];
  const { server } = settings;
  return [
    {
      name: 'chat model',
      tried: `one short answer of ${settings.model} at ${hostOf(addressOf(server))}`,
      setting: addressSettingOf(server),
      address: addressOf(server),
      run: (signal) => checkAnswer(model, modelSettingOf(server), signal),
    },
  ];
}

async function checkAnswer(model: LanguageModel, setting: string, signal: AbortSignal) {
  for await (const event of model.stream({ ...request, signal }))
    if (event.type === 'text-delta') return { status: 'ok', message: 'it answers' } as const;
  const message = `it answered without a word; check ${setting}, and its content filter.`;
  return { status: 'failed', message, setting } as const;
}

function fastChecks({ model: settings }: Config, { helper }: PlainModels): Check[] {
  if (settings?.fastModel === undefined || helper === undefined) return [];
  const { server, fastModel } = settings;
  return [
    {
      name: 'fast model',
      tried: `one short answer of ${fastModel} at ${hostOf(addressOf(server))}`,
      setting: addressSettingOf(server),
      address: addressOf(server),
      run: (signal) => checkHelper(helper, signal),
    },
  ];
}

async function checkHelper(helper: HelperModel, signal: AbortSignal) {
  try {
    await helper.complete({ ...request, signal });
  } catch (error) {
    /** Who says more than one word works as well. */
    const talksMore = error instanceof MentorError && error.details['reason'] === 'length';
    if (!talksMore) throw error;
  }
  return { status: 'ok', message: 'it answers' } as const;
}

function embeddingChecks({ embeddings: settings }: Config, { embeddings }: PlainModels): Check[] {
  if (settings === undefined || embeddings === undefined) return [];
  const { server, model } = settings;
  const where =
    server === undefined
      ? { tried: `one word to ${model} in this process`, setting: 'LOCAL_EMBEDDING_MODEL' }
      : {
          tried: `one word to ${model} at ${hostOf(addressOf(server))}`,
          setting: addressSettingOf(server),
          address: addressOf(server),
        };
  return [
    {
      name: 'embeddings',
      ...where,
      async run(signal) {
        const [vector] = await embeddings.embed(['career'], { signal });
        return { status: 'ok', message: `vectors of ${vector?.length} dimensions` };
      },
    },
  ];
}

function addressOf(server: ModelServer): string {
  return server.kind === 'openai' ? server.baseUrl : server.endpoint;
}

function addressSettingOf({ kind }: ModelServer): string {
  return kind === 'openai' ? 'OPENAI_BASE_URL' : 'AZURE_OPENAI_ENDPOINT';
}

function modelSettingOf({ kind }: ModelServer): string {
  return kind === 'openai' ? 'OPENAI_MODEL' : 'AZURE_OPENAI_DEPLOYMENT';
}
