import { createServer, type IncomingMessage } from 'node:http';
import { listenLocally, stopServer } from './local-server.ts';
import {
  type ChatReply,
  type Dialect,
  defaultReply,
  type EmbeddingReply,
  endOf,
  type JournalEntry,
  readJson,
  replyToChat,
  replyToEmbeddings,
  sendError,
} from './openai-server.ts';

export interface AzureOpenAiServerOptions {
  /** The deployments there are; those of reasoning models refuse `max_tokens` and any temperature. */
  readonly deployments?: readonly string[];
  readonly reasoningDeployments?: readonly string[];
  readonly apiKey?: string;
  /** The token that is taken as well; none where nothing is said. */
  readonly bearerToken?: string;
  readonly dimensions?: number;
}

export interface AzureJournalEntry extends JournalEntry {
  readonly deployment: string;
  readonly apiVersion: string | null;
}

/** Azure sends what its filter says of the prompt first, in a chunk without a choice, an id or a model. */
const azureDialect: Dialect = {
  firstChunks: [
    {
      id: '',
      object: '',
      created: 0,
      model: '',
      choices: [],
      prompt_filter_results: [
        {
          prompt_index: 0,
          content_filter_results: { hate: { filtered: false, severity: 'safe' } },
        },
      ],
    },
  ],
  headers: { 'apim-request-id': 'apim-1' },
};

const pathPattern = /^\/openai\/deployments\/([^/]+)\/(chat\/completions|embeddings)$/;

/**
 * A server on a free loopback port that speaks Azure OpenAI's data plane as its reference describes it: deployments in the
 * path, `api-version`, `api-key` or a bearer token, filter results, and the errors of each. Replies are queued as for
 * startOpenAiServer; those to chat by deployment where one is named.
 */
export async function startAzureOpenAiServer(options: AzureOpenAiServerOptions = {}) {
  const {
    deployments = ['gpt-4o', 'gpt-4o-mini', 'text-embedding-3-small'],
    reasoningDeployments = [],
    apiKey = 'azure-key',
    bearerToken,
    dimensions = 8,
  } = options;
  const journal: AzureJournalEntry[] = [];
  const chatReplies = new Map<string, ChatReply[]>();
  const embeddingReplies: EmbeddingReply[] = [];

  const server = createServer(async (request, response) => {
    const body = await readJson(request);
    const url = new URL(request.url ?? '', 'http://azure');
    const [, deployment = '', operation] = pathPattern.exec(url.pathname) ?? [];
    const apiVersion = url.searchParams.get('api-version');
    journal.push({
      path: url.pathname,
      authorization: request.headers.authorization,
      body,
      ended: endOf(response),
      deployment,
      apiVersion,
    });
    const refusal = findRefusal(
      { request, deployment, operation, apiVersion, body },
      { apiKey, bearerToken, deployments, reasoningDeployments },
    );
    if (refusal !== undefined) sendError(response, refusal, azureDialect.headers);
    else if (operation === 'embeddings')
      replyToEmbeddings(body, embeddingReplies.shift() ?? {}, dimensions, response);
    else {
      const queue = chatReplies.get(deployment) ?? chatReplies.get('') ?? [];
      const reply = queue.shift() ?? defaultReply;
      replyToChat({ ...body, model: deployment }, reply, response, azureDialect);
    }
  });
  const port = await listenLocally(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    apiKey,
    apiVersion: '2024-10-21',
    journal,
    /** Queues what the next chat completions get, of any deployment. */
    chatWith(...replies: ChatReply[]): void {
      chatReplies.set('', [...(chatReplies.get('') ?? []), ...replies]);
    },
    /** Queues what the next chat completions of one deployment get. */
    chatOfWith(deployment: string, ...replies: ChatReply[]): void {
      chatReplies.set(deployment, [...(chatReplies.get(deployment) ?? []), ...replies]);
    },
    embedWith(...replies: EmbeddingReply[]): void {
      embeddingReplies.push(...replies);
    },
    /** Forgets what was asked and what was queued. */
    reset(): void {
      journal.length = 0;
      chatReplies.clear();
      embeddingReplies.length = 0;
    },
    close: () => stopServer(server),
  };
}

export type AzureOpenAiServer = Awaited<ReturnType<typeof startAzureOpenAiServer>>;

interface Call {
  readonly request: IncomingMessage;
  readonly deployment: string;
  readonly operation: string | undefined;
  readonly apiVersion: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What Azure checks before a model is asked: key, address and version, deployment, parameters. */
function findRefusal(
  { request, deployment, operation, apiVersion, body }: Call,
  account: Required<
    Pick<AzureOpenAiServerOptions, 'apiKey' | 'deployments' | 'reasoningDeployments'>
  > & { readonly bearerToken: string | undefined },
): Extract<ChatReply, { status: number }> | undefined {
  if (!isAllowed(request, account.apiKey, account.bearerToken)) return wrongKey;
  if (operation === undefined || !/^\d{4}-\d\d-\d\d(-preview)?$/.test(apiVersion ?? ''))
    return { status: 404, message: 'Resource not found' };
  if (account.reasoningDeployments.includes(deployment)) return reasoningRefusal(body);
  return account.deployments.includes(deployment) ? undefined : noDeployment;
}

function isAllowed(
  { headers }: IncomingMessage,
  apiKey: string,
  bearerToken: string | undefined,
): boolean {
  if (headers['api-key'] !== undefined) return headers['api-key'] === apiKey;
  return bearerToken !== undefined && headers.authorization === `Bearer ${bearerToken}`;
}

const wrongKey = {
  status: 401,
  message:
    'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.',
};

const noDeployment = {
  status: 404,
  code: 'DeploymentNotFound',
  message:
    'The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.',
};

function reasoningRefusal(
  body: Readonly<Record<string, unknown>>,
): Extract<ChatReply, { status: number }> | undefined {
  if (body['max_tokens'] !== undefined)
    return {
      status: 400,
      code: 'unsupported_parameter',
      param: 'max_tokens',
      message:
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    };
  if (body['temperature'] !== undefined && body['temperature'] !== 1)
    return {
      status: 400,
      code: 'unsupported_value',
      param: 'temperature',
      message: `Unsupported value: 'temperature' does not support ${body['temperature']} with this model. Only the default (1) value is supported.`,
    };
  return undefined;
}

/** How Azure refuses a prompt that its filter stopped. */
export const filteredPrompt: ChatReply = {
  status: 400,
  code: 'content_filter',
  param: 'prompt',
  message:
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
  extra: {
    type: null,
    status: 400,
    innererror: {
      code: 'ResponsibleAIPolicyViolation',
      content_filter_result: {
        hate: { filtered: false, severity: 'safe' },
        jailbreak: { filtered: true, detected: true },
        violence: { filtered: true, severity: 'medium' },
      },
    },
  },
};
