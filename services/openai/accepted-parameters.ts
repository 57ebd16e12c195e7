import OpenAI from 'openai';

/** What a model takes of the parameters that not all models take. */
export interface AcceptedParameters {
  readonly tokenLimit: 'max_tokens' | 'max_completion_tokens';
  readonly temperature: boolean;
  readonly streamOptions: boolean;
  readonly outputFormat: 'json_schema' | 'json_object' | 'none';
  readonly dimensions: boolean;
}

const everything: AcceptedParameters = {
  tokenLimit: 'max_tokens',
  temperature: true,
  streamOptions: true,
  outputFormat: 'json_schema',
  dimensions: true,
};

/**
 * Learns what a model takes from its own refusals, and remembers it: no list of model names could, since a deployment is
 * called what its owner likes. A refusal that teaches nothing is thrown as it came.
 */
export function createParameterLearner() {
  let accepted = everything;
  return async function call<Result>(
    send: (parameters: AcceptedParameters) => Promise<Result>,
  ): Promise<Result> {
    for (;;) {
      const sent = accepted;
      try {
        return await send(sent);
      } catch (error) {
        const lesson = learnFrom(error, sent);
        if (lesson === undefined) throw error;
        /** Another call may have learned something else in the meantime. */
        accepted = { ...accepted, ...lesson };
      }
    }
  };
}

/** What to leave out or to say otherwise once the parameter was refused; nothing where that was done already. */
const lessons: Readonly<
  Record<string, (sent: AcceptedParameters) => Partial<AcceptedParameters> | undefined>
> = {
  max_tokens: (sent) =>
    sent.tokenLimit === 'max_tokens' ? { tokenLimit: 'max_completion_tokens' } : undefined,
  temperature: (sent) => (sent.temperature ? { temperature: false } : undefined),
  stream_options: (sent) => (sent.streamOptions ? { streamOptions: false } : undefined),
  response_format: ({ outputFormat }) =>
    outputFormat === 'none'
      ? undefined
      : { outputFormat: outputFormat === 'json_schema' ? 'json_object' : 'none' },
  dimensions: (sent) => (sent.dimensions ? { dimensions: false } : undefined),
};

/**
 * What is to be changed after this refusal; nothing where it is of another kind. OpenAI and Azure name the parameter and
 * say `unsupported_parameter` or `unsupported_value`; older versions and other servers say it in words.
 */
function learnFrom(
  error: unknown,
  sent: AcceptedParameters,
): Partial<AcceptedParameters> | undefined {
  if (!(error instanceof OpenAI.APIError) || !isUnsupported(error)) return undefined;
  const refused = Object.keys(lessons).find((name) =>
    (error.param ?? error.message).includes(name),
  );
  /** A model of one length speaks of its representation, not of the parameter. */
  const isAboutLength = /matryoshka/i.test(error.message);
  return lessons[refused ?? (isAboutLength ? 'dimensions' : '')]?.(sent);
}

function isUnsupported({ status, code, message }: InstanceType<typeof OpenAI.APIError>): boolean {
  if (status !== 400 && status !== 422) return false;
  return (
    code === 'unsupported_parameter' ||
    code === 'unsupported_value' ||
    /unsupported|(not|n't) support|enabled only|unrecogni[sz]ed|matryoshka/i.test(message)
  );
}
