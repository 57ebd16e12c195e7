import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import WebSocket from 'ws';
import { findFreePort } from './start-program.ts';

const require = createRequire(import.meta.url);
const readyWithinMs = 60_000;

/** A message as the Playground shows it. */
export interface ShownMessage {
  readonly messageId: string;
  readonly from: { readonly id: string };
  readonly text?: string;
  readonly attachments?: readonly { readonly contentType: string; readonly content: unknown }[];
  readonly feedbackLoopEnabled?: boolean;
  readonly streamEntity?: { readonly streamType: string };
  readonly suggestedActions?: { readonly actions: readonly { readonly title: string }[] };
  readonly aiEntity?: {
    readonly additionalType?: readonly string[];
    readonly citation?: readonly {
      readonly position: number;
      readonly appearance: Readonly<Record<string, unknown>>;
    }[];
  };
}

export interface PlaygroundEvent {
  readonly action: string;
  readonly actionConversationId: string;
  readonly message?: ShownMessage;
}

export interface Playground {
  readonly origin: string;
  readonly personalChatId: string;
  readonly groupChatId: string;
  readonly botId: string;
  /** Everything that came over its stream so far. */
  readonly events: readonly PlaygroundEvent[];
  /** Waits for an event that fits, from the given position on; resolves to the event. */
  until(
    what: string,
    fits: (event: PlaygroundEvent) => boolean,
    from?: number,
  ): Promise<PlaygroundEvent>;
  /** Installs the bot in the chat, as its page does when it is opened. */
  install(chatId: string): Promise<void>;
  say(chatId: string, text: string, more?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Posts to one of the routes behind its page; resolves to status and body. */
  post(path: string, body: unknown): Promise<{ readonly status: number; readonly text: string }>;
  stop(): Promise<void>;
}

/**
 * Starts Microsoft's own Agents Playground as a Teams client without a window. Its routes are not documented, so the package's
 * version is pinned.
 */
export async function startPlayground(botOrigin: string): Promise<Playground> {
  const port = await findFreePort();
  const cli = require.resolve('@microsoft/m365agentsplayground/cli.js');
  const child = spawn(
    process.execPath,
    [cli, '-e', `${botOrigin}/api/messages`, '-c', 'msteams', '-p', String(port), '--dt'],
    { stdio: 'ignore', env: { PATH: process.env['PATH'], TEAMSAPPTESTER_BROWSER: 'none' } },
  );
  const origin = `http://127.0.0.1:${port}`;
  const config = await untilReady(child, origin);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/_ws_conversation/v1/conversations/stream`);
  const events: PlaygroundEvent[] = [];
  socket.on('message', (data) => events.push(JSON.parse(String(data)) as PlaygroundEvent));
  await once(socket, 'open');

  const post: Playground['post'] = async (path, body) => {
    const response = await fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: response.status, text: await response.text() };
  };
  const posted = async (path: string, body: unknown) => {
    const { status, text } = await post(path, body);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  };
  return {
    origin,
    personalChatId: config.personalChat.id,
    groupChatId: config.groupChats[0]?.id ?? '',
    botId: config.bot.id,
    events,
    async until(what, fits, from = 0) {
      const giveUpAt = Date.now() + 30_000;
      for (;;) {
        const found = events.slice(from).find(fits);
        if (found) return found;
        if (Date.now() > giveUpAt)
          throw new Error(
            `No ${what} among:\n${JSON.stringify(events.slice(from)).slice(0, 3_000)}`,
          );
        await wait(50);
      }
    },
    install: (chatId) => posted(`/_debug/conversation/${chatId}/installation`, {}),
    say: (chatId, text, more = {}) =>
      posted(`/_conversation/v1/conversations/${chatId}/messages`, {
        from: { id: config.currentUser.id },
        text,
        textFormat: 'plain',
        ...more,
      }),
    post,
    async stop() {
      socket.terminate();
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

interface PlaygroundConfig {
  readonly bot: { readonly id: string };
  readonly currentUser: { readonly id: string };
  readonly personalChat: { readonly id: string };
  readonly groupChats: readonly { readonly id: string }[];
}

async function untilReady(child: ChildProcess, origin: string): Promise<PlaygroundConfig> {
  const giveUpAt = Date.now() + readyWithinMs;
  while (Date.now() < giveUpAt) {
    if (child.exitCode !== null) throw new Error(`The Playground exited with ${child.exitCode}`);
    const response = await fetch(`${origin}/_internal/v1/config`).catch(() => undefined);
    if (response?.ok) return ((await response.json()) as { config: PlaygroundConfig }).config;
    await wait(200);
  }
  child.kill('SIGKILL');
  throw new Error('The Playground did not become ready');
}
