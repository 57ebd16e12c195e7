import { createServer, type ServerResponse } from 'node:http';
import { listenLocally, readBody, stopServer } from './local-server.ts';
import { findViolations } from './teams-message-rules.ts';

type Wire = Record<string, unknown>;

export interface ConnectorCall {
  readonly method: string;
  readonly path: string;
  readonly conversationId: string;
  readonly body: Wire;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface ConnectorAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TeamsConnector {
  readonly serviceUrl: string;
  readonly calls: ConnectorCall[];
  /** Rules of Teams that a call broke. */
  readonly violations: string[];
  /** The messages that a conversation shows at the end, by id. */
  shown(conversationId: string): Map<string, Wire>;
  /** Answers in place of Teams, where it gives something; `count` counts all calls from 1 on. */
  interfere: (
    call: ConnectorCall,
    count: number,
  ) => ConnectorAnswer | undefined | Promise<ConnectorAnswer | undefined>;
  stop(): Promise<void>;
}

interface Stream {
  readonly id: string;
  sequence: number;
  text: string;
  isOpen: boolean;
}

interface StreamInfo {
  readonly streamId?: string;
  readonly streamType?: string;
  readonly streamSequence?: number;
}

/** The refusal of a stream, in the words of the real service. */
export function streamRefusal(message: string): ConnectorAnswer {
  return { status: 403, body: { error: { code: 'ContentStreamNotAllowed', message } } };
}

/** Stands where the connector service of Teams would, with its rules for messages and streams. */
export async function startTeamsConnector(): Promise<TeamsConnector> {
  const calls: ConnectorCall[] = [];
  const violations: string[] = [];
  const conversations = new Map<string, Map<string, Wire>>();
  const streams = new Map<string, Stream>();
  let ids = 0;

  const shown = (conversationId: string) => {
    const messages = conversations.get(conversationId) ?? new Map<string, Wire>();
    conversations.set(conversationId, messages);
    return messages;
  };
  const newId = () => {
    ids += 1;
    return `teams-${ids}`;
  };

  const takeStream = (call: ConnectorCall, info: StreamInfo): ConnectorAnswer => {
    const { conversationId, body } = call;
    if (info.streamId === undefined) return beginStream(call, info);
    const stream = streams.get(info.streamId);
    if (!stream?.isOpen) return streamRefusal('Content stream was already completed');
    if (info.streamType === 'final') {
      if (info.streamSequence !== undefined) violations.push('a final message has a sequence');
      stream.isOpen = false;
      shown(conversationId).set(stream.id, body);
      return { status: 202, body: {} };
    }
    return growStream(stream, call, info);
  };

  const growStream = (
    stream: Stream,
    { conversationId, body }: ConnectorCall,
    info: StreamInfo,
  ) => {
    if (Number(info.streamSequence) <= stream.sequence)
      return {
        status: 202,
        body: { error: { code: 'ContentStreamSequenceOrderPreConditionFailed' } },
      };
    stream.sequence = Number(info.streamSequence);
    if (info.streamType === 'informative') return { status: 202, body: {} };
    const text = String(body['text'] ?? '');
    if (!text.startsWith(stream.text))
      return streamRefusal('Request should contain the previously streamed content');
    stream.text = text;
    shown(conversationId).set(stream.id, body);
    return { status: 202, body: {} };
  };

  const beginStream = ({ conversationId, body }: ConnectorCall, info: StreamInfo) => {
    const type = (body['conversation'] as { conversationType?: string }).conversationType;
    if (type !== undefined && type !== 'personal')
      return {
        status: 400,
        body: { error: { code: 'BadArgument', message: 'streaming api is not enabled' } },
      };
    const isBusy = [...streams.values()].some(
      ({ id, isOpen }) => isOpen && id.startsWith(`${conversationId}#`),
    );
    if (isBusy) violations.push('two streams in one chat');
    if (info.streamSequence !== 1) violations.push('a stream does not begin with 1');
    const id = `${conversationId}#${newId()}`;
    streams.set(id, { id, sequence: 1, text: '', isOpen: true });
    return { status: 201, body: { id } };
  };

  const take = (call: ConnectorCall): ConnectorAnswer => {
    const { method, path, conversationId, body } = call;
    violations.push(...findViolations(body));
    if (Buffer.byteLength(JSON.stringify(body)) > 28 * 1_024)
      return { status: 413, body: { error: { code: 'MessageSizeTooBig' } } };
    if (method === 'PUT') {
      const id = decodeURIComponent(path.split('/').at(-1) ?? '');
      shown(conversationId).set(id, body);
      return { status: 200, body: { id } };
    }
    const info = streamInfoOf(body);
    if (info !== undefined) return takeStream(call, info);
    if (body['type'] === 'typing') return { status: 202, body: {} };
    const id = newId();
    shown(conversationId).set(id, body);
    return { status: 201, body: { id } };
  };

  const connector: TeamsConnector = {
    serviceUrl: '',
    calls,
    violations,
    shown,
    interfere: () => undefined,
    stop: () => stopServer(server),
  };
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const call: ConnectorCall = {
      method: request.method ?? '',
      path,
      conversationId: decodeURIComponent(/\/v3\/conversations\/([^/]+)/.exec(path)?.[1] ?? ''),
      body: JSON.parse((await readBody(request)).toString() || '{}') as Wire,
      headers: request.headers,
    };
    calls.push(call);
    answer(response, (await connector.interfere(call, calls.length)) ?? take(call));
  });
  const port = await listenLocally(server);
  return Object.assign(connector, { serviceUrl: `http://127.0.0.1:${port}/` });
}

function answer(response: ServerResponse, { status, body = {}, headers }: ConnectorAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** What Teams reads of a stream: the entity, never the channel data. */
export function streamInfoOf(body: Wire): StreamInfo | undefined {
  const entities = (body['entities'] ?? []) as ({ type: string } & StreamInfo)[];
  return entities.find(({ type }) => type === 'streaminfo');
}
