import { once } from 'node:events';
import type { TurnContext } from 'botbuilder';
import restify from 'restify';
import { createSlackChannel, type SlackChannel } from '#bot/channels/slack/slack-channel.ts';
import { createTranscriptMiddleware } from '#bot/middleware/transcript-middleware.ts';
import { createTurnErrorHandler } from '#bot/middleware/turn-errors.ts';
import { mayPass } from '#bot/turn-failure.ts';
import { createTurnInbox, type TurnInbox } from '#bot/turn-inbox.ts';
import { createBotHarness } from '#test/helpers/bot-harness.ts';
import { createSlackSender, type SlackSender, signingSecret } from './sender.ts';
import { botToken, type SlackServer, startSlackServer } from './slack-server.ts';
import type { PostedMessage } from './workspace.ts';

const mostAttempts = 3;

type Harness = ReturnType<typeof createBotHarness>;
type LogLine = { readonly level: string; readonly fields: unknown; readonly message: unknown };

export interface SlackHost {
  readonly url: string;
  readonly slack: SlackServer;
  readonly sender: SlackSender;
  readonly channel: SlackChannel;
  readonly harness: Harness;
  readonly logged: readonly LogLine[];
  /** Waits until every turn that was taken has ended. */
  settle(): Promise<void>;
  /** Lets the turns end and takes no more, as a server does that shuts down. */
  drain(): Promise<unknown>;
  /** One message in Ada's direct messages, through the signed route; resolves to what the bot posted for it. */
  say(text: string, threadTs?: string): Promise<PostedMessage[]>;
  /** A press on the button with these words in a message of Ada's thread; resolves to what the bot posted for it. */
  press(message: PostedMessage, words: string): Promise<PostedMessage[]>;
}

export interface SlackHostOptions {
  readonly logic?: (context: TurnContext) => Promise<void>;
  readonly scopes?: readonly string[];
  readonly now?: () => Date;
  readonly timeoutMs?: number;
  readonly changes?: Parameters<typeof createBotHarness>[0];
}

/** The real bot behind signed HTTP requests, with Slack's server at its other end; stopped when the test has ended. */
export async function startSlackHost(
  test: { after(clean: () => Promise<void>): void },
  { logic, scopes, now, timeoutMs = 2_000, changes }: SlackHostOptions = {},
): Promise<SlackHost> {
  const slack = await startSlackServer(scopes === undefined ? {} : { scopes });
  const harness = createBotHarness(changes);
  const { transcripts, clock, storage, bot } = harness;
  const logged: LogLine[] = [];
  const log = (level: string) => (fields: unknown, message?: unknown) =>
    void logged.push({ level, fields, message });
  const logger = { info: log('info'), warn: log('warn'), error: log('error') };
  let turnsLeft = 0;
  let becameIdle = () => {};
  const inbox = createTurnInbox({ logger, mostAttempts, retryDelay: () => 1 });
  const counting = async (work: () => Promise<unknown>, { mayRunAgain = false } = {}) => {
    let runsAgain = false;
    try {
      await work();
    } catch (error) {
      runsAgain = mayRunAgain && mayPass(error);
      throw error;
    } finally {
      if (!runsAgain) turnsLeft -= 1;
      if (turnsLeft === 0) becameIdle();
    }
  };
  const counted: TurnInbox = {
    ...inbox,
    get accepting() {
      return inbox.accepting;
    },
    async goOn(turn) {
      turnsLeft += 1;
      await inbox.goOn(turn);
    },
    accept(turn) {
      turnsLeft += 1;
      return inbox
        .accept('run' in turn ? { ...turn, run: () => counting(turn.run) } : turn)
        .then((acceptance) => {
          if (acceptance !== 'accepted') turnsLeft -= 1;
          return acceptance;
        });
    },
    serve(edge, { run, say }) {
      inbox.serve(edge, {
        say,
        run: (payload, turn) =>
          counting(() => run(payload, turn), { mayRunAgain: turn.attempt < mostAttempts }),
      });
    },
  };
  const channel = createSlackChannel({
    botToken,
    apiUrl: slack.apiUrl,
    inbox: counted,
    logic: logic ?? ((context) => bot.run(context)),
    middlewares: [createTranscriptMiddleware({ transcripts, logger, clock })],
    onTurnError: createTurnErrorHandler({ logger, clearDialog: bot.clearDialog }),
    logger,
    suggestStarters: () => ['How do I start in AI?', 'What does an ML engineer do?'],
    isEngaged: async (id) => {
      const kept = await storage.read([`slack/conversations/${id}/`]);
      return Object.keys(kept).length > 0;
    },
    timeoutMs,
    retryDelayMs: 1,
    wait: async () => undefined,
    ...(now === undefined ? {} : { now }),
  });
  await channel.checkAccess();
  const server = restify.createServer();
  channel.attach(server, signingSecret);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${server.address().port}`;
  test.after(async () => {
    await inbox.drain(2_000);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      // Restify types its server as the HTTP server that it only wraps.
      (
        server as unknown as { server: { closeAllConnections(): void } }
      ).server.closeAllConnections();
    });
    await slack.close();
  });
  const { teamId, botUserId } = slack.workspace;
  const sender = createSlackSender(url, teamId, botUserId);
  let said = 0;

  const settle = () =>
    new Promise<void>((resolve) => {
      if (turnsLeft === 0) resolve();
      else becameIdle = resolve;
    });
  const postedBy = async (request: () => Promise<Response>): Promise<PostedMessage[]> => {
    const before = new Set(slack.workspace.messages);
    const response = await request();
    if (response.status !== 200) throw new Error(`Slack would see ${response.status}`);
    await settle();
    return slack.workspace.messages.filter((message) => !before.has(message));
  };

  return {
    url,
    slack,
    sender,
    channel,
    harness,
    logged,
    settle,
    drain: () => inbox.drain(2_000),
    say(text, threadTs) {
      said += 1;
      const ts = `1799999000.${String(said).padStart(6, '0')}`;
      return postedBy(() =>
        sender.event({
          type: 'message',
          channel: 'D0ADA',
          channel_type: 'im',
          user: 'U0ADA',
          text,
          ts,
          ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
        }),
      );
    },
    press: (message, words) => {
      const trigger = `trigger-${slack.calls.length}-${message.ts}`;
      slack.workspace.triggers.add(trigger);
      return postedBy(() => sender.interaction(pressOf(message, words, { teamId, trigger })));
    },
  };
}

interface Pressable {
  readonly type?: string;
  readonly action_id?: string;
  readonly value?: string;
  readonly text?: { readonly text: string };
  readonly positive_button?: { readonly text: { readonly text: string }; readonly value: string };
  readonly negative_button?: { readonly text: { readonly text: string }; readonly value: string };
}

/** What Slack sends when Ada presses the button with these words. */
export function pressOf(
  message: PostedMessage,
  words: string,
  { teamId, trigger, user = 'U0ADA' }: { teamId: string; trigger: string; user?: string },
): object {
  for (const block of message.blocks) {
    for (const element of elementsOf(block)) {
      const half = [element.positive_button, element.negative_button].find(
        (candidate) => candidate?.text.text === words,
      );
      if (half === undefined && element.text?.text !== words) continue;
      return {
        type: 'block_actions',
        user: { id: user, team_id: teamId },
        team: { id: teamId, domain: 'work' },
        channel: { id: message.channel, name: 'directmessage' },
        container: { type: 'message', message_ts: message.ts, channel_id: message.channel },
        message: {
          type: 'message',
          ts: message.ts,
          thread_ts: message.threadTs,
          text: message.text,
          blocks: message.blocks,
        },
        trigger_id: trigger,
        actions: [
          {
            type: element.type,
            action_id: element.action_id,
            block_id: block.block_id ?? 'generated',
            action_ts: '1799999999.000001',
            value: half?.value ?? element.value,
            text: { type: 'plain_text', text: words },
          },
        ],
      };
    }
  }
  throw new Error(`No button says "${words}".`);
}

function elementsOf(block: PostedMessage['blocks'][number]): Pressable[] {
  if ('elements' in block) return block.elements as Pressable[];
  return 'accessory' in block && block.accessory ? [block.accessory as Pressable] : [];
}

/** Everything a person reads in a message, what is on buttons included. */
export function wordsIn(message: PostedMessage | undefined): string {
  if (message === undefined) return '';
  const texts: string[] = [message.streamed];
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value))
        if (key === 'text' && typeof inner === 'string') texts.push(inner);
        else collect(inner);
  };
  collect(message.blocks);
  if (message.blocks.length === 0) texts.push(message.text);
  return texts.filter((text) => text !== '').join('\n');
}
