/** The number of tokens of a text, as the model counts them. */
export type TokenCounter = (text: string) => number;

/** The encoding of an OpenAI model by its name, as Azure deployments are usually called too; nothing for other names. */
export function encodingOf(model: string): 'o200k_base' | 'cl100k_base' | undefined {
  const name = model.toLowerCase();
  /** Before GPT-4o: https://github.com/openai/tiktoken/blob/main/tiktoken/model.py; Azure writes 3.5 without the point. */
  if (/\bgpt-(3\.?5|4(?!o|\.\d|\d))/.test(name)) return 'cl100k_base';
  if (/\b(gpt-(4o|4\.\d|[5-9]|oss)|chatgpt-4o|o[1-9])/.test(name)) return 'o200k_base';
  return undefined;
}

/** Another vocabulary may need more tokens for the same text: what is counted with a borrowed one gets this much on top. */
const unknownModelFactor = 1.25;

/**
 * Opens the tokenizer of a model: exact for OpenAI's models, with something on top for others, so that a prompt that is
 * counted to fit does fit. Its tables are large and load only here.
 */
export async function openTokenCounter(model: string): Promise<TokenCounter> {
  const encoding = encodingOf(model);
  const { countTokens } =
    encoding === 'cl100k_base'
      ? await import('gpt-tokenizer/encoding/cl100k_base')
      : await import('gpt-tokenizer/encoding/o200k_base');
  /** What looks like a control token is text here, whoever wrote it; the tokenizer would throw. */
  const options = { disallowedSpecial: new Set<string>() };
  return encoding === undefined
    ? (text) => Math.ceil(countTokens(text, options) * unknownModelFactor)
    : (text) => countTokens(text, options);
}
