import {
  type CheckedBlock,
  type CheckedView,
  problemOfBlocks,
  problemOfView,
} from './check-blocks.ts';

/** A message as it stands in a channel. */
export interface PostedMessage {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | undefined;
  text: string;
  /** What streaming has put together. */
  streamed: string;
  blocks: readonly CheckedBlock[];
  isStreaming: boolean;
}

export interface OpenedView extends CheckedView {
  readonly id: string;
}

/** A method's arguments, with what was JSON in the form as it was meant. */
export type Arguments = Readonly<Record<string, unknown>>;

/** Thrown by a method: Slack's answer `{ok: false, error}`. */
export class SlackRefusal extends Error {
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.extra = extra;
  }
}

export interface Method {
  readonly scope: string | undefined;
  readonly run: (given: Arguments, workspace: Workspace) => Readonly<Record<string, unknown>>;
}

/** What one workspace holds. */
export class Workspace {
  readonly teamId = 'T0WORK';
  readonly botUserId = 'U0BOT';
  readonly messages: PostedMessage[] = [];
  readonly views: OpenedView[] = [];
  /** Every status that was set, and every prompt and title. */
  readonly statuses: Arguments[] = [];
  readonly prompts: Arguments[] = [];
  readonly titles: Arguments[] = [];
  readonly ephemeral: Arguments[] = [];
  readonly uploads = new Map<string, { name: string; bytes: Buffer }>();
  /** What was shared: the ids of uploads, with the thread they went to. */
  readonly files: { name: string; bytes: Buffer; channel: unknown; threadTs: unknown }[] = [];
  /** Triggers that still open a window. */
  readonly triggers = new Set<string>();
  readonly #channels = new Set<string>(['C0GENERAL', 'D0ADA', 'D0BEN']);
  #next = 0;

  nextTs(): string {
    this.#next += 1;
    return `${1_800_000_000 + this.#next}.${String(this.#next).padStart(6, '0')}`;
  }

  /** The direct message with a person; there from now on. */
  directMessageOf(user: string): string {
    const id = `D0${user.slice(2)}`;
    this.#channels.add(id);
    return id;
  }

  hasChannel(id: unknown): boolean {
    return this.#channels.has(String(id));
  }

  /** The messages of a thread, the root left out, oldest first. */
  thread(threadTs: string): PostedMessage[] {
    return this.messages.filter((message) => message.threadTs === threadTs);
  }

  find(channel: unknown, ts: unknown): PostedMessage {
    const found = this.messages.find((message) => message.channel === channel && message.ts === ts);
    if (!found) throw new SlackRefusal('message_not_found');
    return found;
  }
}

function channelOf({ channel }: Arguments, workspace: Workspace): string {
  if (!workspace.hasChannel(channel)) throw new SlackRefusal('channel_not_found');
  return String(channel);
}

function blocksIn({ blocks }: Arguments): readonly CheckedBlock[] {
  if (blocks === undefined) return [];
  const problem = problemOfBlocks(blocks);
  if (problem)
    throw new SlackRefusal(problem.error, { response_metadata: { messages: problem.messages } });
  return blocks as readonly CheckedBlock[];
}

function textIn({ text }: Arguments): string {
  const given = text === undefined ? '' : String(text);
  if (given.length > 40_000) throw new SlackRefusal('msg_too_long');
  return given;
}

function threadIn({ thread_ts }: Arguments): string | undefined {
  if (thread_ts === undefined) return undefined;
  if (!/^\d+\.\d{6}$/.test(String(thread_ts))) throw new SlackRefusal('invalid_thread_ts');
  return String(thread_ts);
}

function markdownIn({ markdown_text, chunks }: Arguments): string {
  const parts = Array.isArray(chunks) ? (chunks as { text?: string }[]) : [];
  const given = [String(markdown_text ?? ''), ...parts.map((chunk) => chunk.text ?? '')].join('');
  if (given.length > 12_000) throw new SlackRefusal('msg_too_long');
  return given;
}

function streaming(given: Arguments, workspace: Workspace): PostedMessage {
  const message = workspace.find(given['channel'], given['ts']);
  if (!message.isStreaming) throw new SlackRefusal('message_not_in_streaming_state');
  return message;
}

/** Slack's methods under their own names, with their own error codes. */
export const methods: Readonly<Record<string, Method>> = {
  'auth.test': {
    scope: undefined,
    run: (_given, { teamId, botUserId }) => ({
      url: 'https://work.slack.com/',
      team: 'Work',
      team_id: teamId,
      user: 'career-mentor',
      user_id: botUserId,
      bot_id: 'B0BOT',
    }),
  },
  'chat.postMessage': {
    scope: 'chat:write',
    run(given, workspace) {
      const channel = channelOf(given, workspace);
      const text = textIn(given);
      const blocks = blocksIn(given);
      if (text === '' && blocks.length === 0) throw new SlackRefusal('no_text');
      const threadTs = threadIn(given);
      const ts = workspace.nextTs();
      workspace.messages.push({
        channel,
        ts,
        threadTs,
        text,
        streamed: '',
        blocks,
        isStreaming: false,
      });
      return { channel, ts };
    },
  },
  'chat.postEphemeral': {
    scope: 'chat:write',
    run(given, workspace) {
      channelOf(given, workspace);
      workspace.ephemeral.push(given);
      return { message_ts: workspace.nextTs() };
    },
  },
  'chat.update': {
    scope: 'chat:write',
    run(given, workspace) {
      const message = workspace.find(given['channel'], given['ts']);
      if (message.isStreaming) throw new SlackRefusal('streaming_state_conflict');
      message.text = textIn(given);
      message.blocks = blocksIn(given);
      message.streamed = '';
      return { channel: message.channel, ts: message.ts };
    },
  },
  'chat.delete': {
    scope: 'chat:write',
    run(given, workspace) {
      const message = workspace.find(given['channel'], given['ts']);
      workspace.messages.splice(workspace.messages.indexOf(message), 1);
      return { channel: message.channel, ts: message.ts };
    },
  },
  'chat.startStream': {
    scope: 'chat:write',
    run(given, workspace) {
      const channel = channelOf(given, workspace);
      const threadTs = threadIn(given);
      if (threadTs === undefined) throw new SlackRefusal('invalid_arguments');
      if (!channel.startsWith('D') && given['recipient_user_id'] === undefined)
        throw new SlackRefusal('missing_recipient_user_id');
      if (!channel.startsWith('D') && given['recipient_team_id'] === undefined)
        throw new SlackRefusal('missing_recipient_team_id');
      const ts = workspace.nextTs();
      workspace.messages.push({
        channel,
        ts,
        threadTs,
        text: '',
        streamed: markdownIn(given),
        blocks: [],
        isStreaming: true,
      });
      return { channel, ts };
    },
  },
  'chat.appendStream': {
    scope: 'chat:write',
    run(given, workspace) {
      const message = streaming(given, workspace);
      const added = markdownIn(given);
      if (added === '') throw new SlackRefusal('no_text');
      message.streamed += added;
      return { channel: message.channel, ts: message.ts };
    },
  },
  'chat.stopStream': {
    scope: 'chat:write',
    run(given, workspace) {
      const message = streaming(given, workspace);
      const blocks = blocksIn(given);
      message.streamed += markdownIn(given);
      message.blocks = blocks;
      message.isStreaming = false;
      return { channel: message.channel, ts: message.ts };
    },
  },
  'assistant.threads.setStatus': {
    scope: 'assistant:write',
    run(given, workspace) {
      workspace.statuses.push(given);
      return {};
    },
  },
  'assistant.threads.setTitle': {
    scope: 'assistant:write',
    run(given, workspace) {
      workspace.titles.push(given);
      return {};
    },
  },
  'assistant.threads.setSuggestedPrompts': {
    scope: 'assistant:write',
    run(given, workspace) {
      const { prompts } = given;
      if (!Array.isArray(prompts) || prompts.length === 0 || prompts.length > 4)
        throw new SlackRefusal('invalid_arguments');
      workspace.prompts.push(given);
      return {};
    },
  },
  'views.open': {
    scope: undefined,
    run({ trigger_id, view }, workspace) {
      if (!workspace.triggers.delete(String(trigger_id)))
        throw new SlackRefusal('expired_trigger_id');
      const problem = problemOfView(view);
      if (problem)
        throw new SlackRefusal('invalid_arguments', { response_metadata: { messages: [problem] } });
      const opened = { ...(view as CheckedView), id: `V${workspace.views.length + 1}` };
      workspace.views.push(opened);
      return { view: opened };
    },
  },
  'conversations.open': {
    scope: 'im:write',
    run({ users }, workspace) {
      if (!/^[UW][A-Z0-9]+$/.test(String(users))) throw new SlackRefusal('user_not_found');
      return { channel: { id: workspace.directMessageOf(String(users)) } };
    },
  },
};
