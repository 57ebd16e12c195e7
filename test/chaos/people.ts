import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { openSession, postJson } from '#test/helpers/direct-line-http.ts';
import { listenLocally, readBody, stopServer } from '#test/helpers/local-server.ts';
import { startTeamsConnector } from '#test/helpers/teams-connector.ts';

/** What became of a message as it was sent. */
export type Sent =
  /** The bot said that it has it: from now on it owes an answer. */
  | 'accepted'
  /** The bot said that it does not have it; the person sends it again. */
  | 'refused'
  /** The connection broke: nobody knows. */
  | 'unknown';

export interface AskedTurn {
  readonly conversationKey: string;
  readonly activityId: string;
  readonly isOwed: boolean;
}

/** A message that came back for a turn. */
export interface SaidMessage {
  readonly id: string;
  readonly text: string;
  /** Whether it is a final answer; else it is a greeting, or a sentence that says why there is none. */
  readonly isAnswer: boolean;
  /** Whether it has a name by which its sender can end or replace it, and find it again. */
  readonly isNamed: boolean;
}

export interface Person {
  readonly channelId: string;
  readonly asked: readonly AskedTurn[];
  /** Asks one question of the server at this address. */
  ask(origin: string, text: string): Promise<Sent>;
  /** What came back for each turn so far, by activity id. Rejects where nobody answers. */
  replies(origin: string): Promise<ReadonlyMap<string, readonly SaidMessage[]>>;
}

interface WireActivity {
  readonly type?: string;
  readonly id?: string;
  readonly text?: string;
  readonly replyToId?: string;
  readonly from?: { readonly role?: string };
  readonly conversation?: { readonly id?: string };
  readonly entities?: readonly { readonly type: string }[];
}

/** What an answer carries, in every channel: who wrote it and what it rests on. */
const answerEntity = 'https://schema.org/Message';
/** What the end of a message carries that grew. */
const streamEntity = 'streaminfo';

/** A server that takes a request and says nothing must not hold up a run. */
const requestWithinMs = 15_000;

function byTurn(
  messages: Iterable<WireActivity>,
  { allNamed = false } = {},
): Map<string, SaidMessage[]> {
  const replies = new Map<string, SaidMessage[]>();
  for (const { type, id = '', text = '', replyToId, entities = [] } of messages) {
    if (type !== 'message' || replyToId === undefined) continue;
    const has = (wanted: string) => entities.some((entity) => entity.type === wanted);
    const isNamed = allNamed || has(streamEntity);
    const said = { id, text, isAnswer: has(answerEntity), isNamed };
    replies.set(replyToId, [...(replies.get(replyToId) ?? []), said]);
  }
  return replies;
}

/** Somebody in the web page. */
async function openPagePerson(origin: string): Promise<Person> {
  const { conversationId, ...session } = await openSession(origin);
  let { token, resumeToken } = session;
  const asked: AskedTurn[] = [];
  const path = `/v3/directline/conversations/${conversationId}/activities`;
  /** As the page does: a token whose time is over is replaced, and the request made again. */
  const withToken = async (server: string, send: () => Promise<Response>): Promise<Response> => {
    const response = await send();
    if (response.status !== 403) return response;
    await response.body?.cancel();
    ({ token, resumeToken } = await openSession(server, { resumeToken, conversationId }));
    return send();
  };
  return {
    channelId: 'directline',
    asked,
    async ask(server, text) {
      const post = () => {
        const signal = AbortSignal.timeout(requestWithinMs);
        return postJson(server + path, { type: 'message', text }, { token, signal });
      };
      const response = await withToken(server, post).catch(() => undefined);
      if (response === undefined) return 'unknown';
      const body = (await response.json().catch(() => ({}))) as { readonly id?: string };
      if (!response.ok) return 'refused';
      if (body.id === undefined) return 'unknown';
      asked.push({
        conversationKey: `directline:${conversationId}`,
        activityId: body.id,
        isOwed: true,
      });
      return 'accepted';
    },
    async replies(server) {
      const response = await withToken(server, () =>
        fetch(server + path, {
          headers: { authorization: `Bearer ${token}` },
          signal: AbortSignal.timeout(requestWithinMs),
        }),
      );
      if (!response.ok) throw new Error(`The conversation cannot be read: ${response.status}`);
      const { activities = [] } = (await response.json()) as { activities?: WireActivity[] };
      return byTurn(
        activities.filter(({ from }) => from?.role === 'bot'),
        { allNamed: true },
      );
    },
  };
}

/** The channels outside, with people in them. */
export interface OutsideChannels {
  /** `refusing`: they answer 503 to everything, and show nothing of it. */
  mode: 'open' | 'refusing';
  /** Somebody in Teams: an answer grows there, and its name says whether it stands already. */
  openTeamsPerson(): Person;
  /** Somebody in a channel that takes messages and can say nothing about them. */
  openPlainPerson(): Person;
  close(): Promise<void>;
}

/** Starts the channels. What they answered for, they show; what they refused, they never saw. */
export async function startOutsideChannels(): Promise<OutsideChannels> {
  const plain = await startPlainConnector(() => channels.mode === 'refusing');
  const teams = await startTeamsConnector();
  teams.interfere = () => (channels.mode === 'refusing' ? { status: 503 } : undefined);
  const channels: OutsideChannels = {
    mode: 'open',
    openPlainPerson: () =>
      openOutsidePerson('emulator', plain.serviceUrl, (id) =>
        plain.messages.filter(({ conversation }) => conversation?.id === id),
      ),
    openTeamsPerson: () =>
      openOutsidePerson('msteams', teams.serviceUrl, (id) =>
        [...teams.shown(id)].map(([messageId, message]) => ({ ...message, id: messageId })),
      ),
    async close() {
      await plain.close();
      await teams.stop();
    },
  };
  return channels;
}

/** Opens so many people, in each kind of channel as many as in the others. */
export async function openPeople(
  anyOrigin: () => string,
  channels: OutsideChannels,
  count: number,
): Promise<Person[]> {
  const kinds = [
    () => openPagePerson(anyOrigin()),
    async () => channels.openTeamsPerson(),
    async () => channels.openPlainPerson(),
  ];
  const opening = Array.from({ length: count }, (_, index) => kinds[index % kinds.length]?.());
  return (await Promise.all(opening)).filter((person) => person !== undefined);
}

async function startPlainConnector(isRefusing: () => boolean) {
  const messages: WireActivity[] = [];
  const server = createServer(async (request, response) => {
    const body = (await readBody(request)).toString();
    if (isRefusing()) return response.writeHead(503).end();
    const id = randomUUID();
    const activity = JSON.parse(body || '{}') as WireActivity;
    if (activity.type === 'message') messages.push({ ...activity, id });
    response.writeHead(201, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ id }));
  });
  const serviceUrl = `http://127.0.0.1:${await listenLocally(server)}/`;
  return { serviceUrl, messages, close: () => stopServer(server) };
}

function openOutsidePerson(
  channelId: string,
  serviceUrl: string,
  messagesIn: (conversationId: string) => readonly WireActivity[],
): Person {
  const conversationId = randomUUID();
  const asked: AskedTurn[] = [];
  return {
    channelId,
    asked,
    async ask(origin, text) {
      const id = randomUUID();
      const activity = {
        type: 'message',
        id,
        text,
        channelId,
        serviceUrl,
        timestamp: new Date().toISOString(),
        conversation: { id: conversationId, conversationType: 'personal' },
        from: { id: `person-${conversationId}`, name: 'Somebody' },
        recipient: { id: 'bot', name: 'Bot' },
      };
      const post = async (): Promise<Sent> => {
        const signal = AbortSignal.timeout(requestWithinMs);
        const response = await postJson(`${origin}/api/messages`, activity, { signal }).catch(
          () => undefined,
        );
        await response?.body?.cancel();
        if (response === undefined) return 'unknown';
        return response.ok ? 'accepted' : 'refused';
      };
      const sent = await post();
      // As channels do: a delivery without an answer is made again, under the same id.
      const last = sent === 'unknown' ? await post() : sent;
      const isOwed = last === 'accepted';
      asked.push({ conversationKey: `${channelId}:${conversationId}`, activityId: id, isOwed });
      return isOwed ? 'accepted' : last;
    },
    replies: async () => byTurn(messagesIn(conversationId)),
  };
}
