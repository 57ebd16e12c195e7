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

/** What came back for a turn. */
export interface Reply {
  /** Final answers, each message counted. */
  readonly answers: number;
  /** Sentences that say that it could not be answered. */
  readonly apologies: number;
  /** Messages that say the same once more. */
  readonly echoes: number;
}

export interface Person {
  readonly channelId: string;
  readonly asked: readonly AskedTurn[];
  /** Asks one question of the server at this address. */
  ask(origin: string, text: string): Promise<Sent>;
  /** What came back for each turn so far, by activity id. */
  replies(origin: string): Promise<ReadonlyMap<string, Reply>>;
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
const apology = /could not answer|try that once more|cannot reach my|please ask again/i;

function sumUp(messages: readonly WireActivity[]): Reply {
  const texts = messages.map(({ text = '' }) => text);
  const answers = messages.filter(({ entities = [] }) =>
    entities.some(({ type }) => type === answerEntity),
  );
  return {
    answers: answers.length,
    apologies: texts.filter((text) => apology.test(text)).length,
    echoes: texts.length - new Set(texts).size,
  };
}

function byTurn(messages: readonly WireActivity[]): Map<string, Reply> {
  const replies = new Map<string, WireActivity[]>();
  for (const message of messages) {
    if (message.type !== 'message' || message.replyToId === undefined) continue;
    replies.set(message.replyToId, [...(replies.get(message.replyToId) ?? []), message]);
  }
  return new Map([...replies].map(([id, all]) => [id, sumUp(all)]));
}

/** Somebody in the web page. */
export async function openPagePerson(origin: string): Promise<Person> {
  const { token, conversationId } = await openSession(origin);
  const asked: AskedTurn[] = [];
  const path = `/v3/directline/conversations/${conversationId}/activities`;
  return {
    channelId: 'directline',
    asked,
    async ask(server, text) {
      const response = await postJson(server + path, { type: 'message', text }, { token }).catch(
        () => undefined,
      );
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
      const response = await fetch(server + path, {
        headers: { authorization: `Bearer ${token}` },
      });
      const { activities = [] } = (await response.json()) as { activities?: WireActivity[] };
      return byTurn(activities.filter(({ from }) => from?.role === 'bot'));
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
      openOutsidePerson('msteams', teams.serviceUrl, (id) => [...teams.shown(id).values()]),
    async close() {
      await plain.close();
      await teams.stop();
    },
  };
  return channels;
}

async function startPlainConnector(isRefusing: () => boolean) {
  const messages: WireActivity[] = [];
  const server = createServer(async (request, response) => {
    const body = (await readBody(request)).toString();
    if (isRefusing()) return response.writeHead(503).end();
    const activity = JSON.parse(body || '{}') as WireActivity;
    if (activity.type === 'message') messages.push(activity);
    response.writeHead(201, { 'content-type': 'application/json' });
    return response.end(JSON.stringify({ id: randomUUID() }));
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
        const response = await postJson(`${origin}/api/messages`, activity).catch(() => undefined);
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
