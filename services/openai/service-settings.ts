/** What an operator calls a service that speaks OpenAI's protocol, and its settings, for the words of an error. */
export interface OpenAiService {
  readonly name: string;
  /** The setting that says where the service is. */
  readonly addressSetting: string;
  readonly keySetting: string;
  /** The setting that names the model or the deployment. */
  readonly modelSetting: string;
  /** What else may be behind a refusal, for the end of a sentence; may be empty. */
  readonly accessHint: string;
  readonly notFoundHint: string;
}

type AzureDeploymentSetting =
  | 'AZURE_OPENAI_DEPLOYMENT'
  | 'AZURE_OPENAI_FAST_DEPLOYMENT'
  | 'AZURE_OPENAI_EMBEDDING_DEPLOYMENT';

/** Azure OpenAI, with the setting of the deployment that is meant. */
export function azureOpenAiService(modelSetting: AzureDeploymentSetting): OpenAiService {
  return {
    name: 'Azure OpenAI',
    addressSetting: 'AZURE_OPENAI_ENDPOINT',
    keySetting: 'AZURE_OPENAI_API_KEY',
    modelSetting,
    accessHint:
      ', the role "Cognitive Services OpenAI User" of the managed identity, and the network rules of the resource',
    notFoundHint: ' and OPENAI_API_VERSION',
  };
}

type OpenAiModelSetting = 'OPENAI_MODEL' | 'OPENAI_FAST_MODEL' | 'OPENAI_EMBEDDING_MODEL';

/** OpenAI, or any server that speaks its protocol. */
export function openAiService(modelSetting: OpenAiModelSetting): OpenAiService {
  return {
    name: 'The OpenAI server',
    addressSetting: 'OPENAI_BASE_URL',
    keySetting: 'OPENAI_API_KEY',
    modelSetting,
    accessHint: ' and what the key may use',
    notFoundHint: '',
  };
}

/** The setting for how many tokens prompt and answer may have together, whoever serves the model. */
export const contextSetting = 'OPENAI_CONTEXT_TOKENS';
