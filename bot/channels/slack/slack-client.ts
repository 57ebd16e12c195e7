import { setTimeout as delay } from 'node:timers/promises';
import {
  LogLevel,
  type Logger as SlackLogger,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import type { TurnLogger } from '#bot/turn-inbox.ts';
import { accessProblem, missingScopes } from './operator-lines.ts';

/** A call that Slack refused, or that did not reach it. */
export class SlackCallFailed extends Error {
  override readonly name = 'SlackCallFailed';
  /** Slack's own error code, `ratelimited`, `http_<status>` or `unreachable`. */
  readonly code: string;
  readonly retryAfterMs: number | undefined;
  /** Whether the same call may succeed later. */
  readonly isPassing: boolean;

  constructor(code: string, options: { cause: unknown; retryAfterMs?: number }) {
    super(`Slack answered ${code}.`, { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.isPassing = passingCodes.test(code);
  }
}

/** https://docs.slack.dev/reference/methods/chat.postMessage#errors: the others are about the call. */
const passingCodes =
  /^(?:ratelimited|unreachable|http_5\d\d|http_429|internal_error|fatal_error|service_unavailable|request_timeout|team_added_to_org)$/;

type Send<Result> = (web: WebClient) => Promise<Result>;

/** Who the bot is in its workspace. */
export interface SlackIdentity {
  readonly teamId: string;
  readonly botUserId: string;
}

/** Slack's Web API as this channel calls it. Every refusal that the operator can cure is told to them, once. */
export interface SlackClient {
  /** For what has to arrive: waits as long as Slack asks for, tries again what did not get through. Rejects with SlackCallFailed. */
  deliver<Result>(send: Send<Result>): Promise<Result>;
  /** For what only matters now, such as a status: one try. Rejects with SlackCallFailed. */
  attempt<Result>(send: Send<Result>): Promise<Result>;
  /** Known once Slack has told; asking is `checkAccess`'s business. */
  readonly identity: SlackIdentity | undefined;
  /** Learns who the bot is, and tells the operator what its token lacks. Never rejects. */
  checkAccess(): Promise<void>;
}

export interface SlackClientOptions {
  readonly botToken: string;
  /** Such as `https://slack.com/api/`. */
  readonly apiUrl: string;
  readonly logger: TurnLogger;
  readonly timeoutMs?: number;
  /** Before the first repetition; each further one waits twice as long. */
  readonly retryDelayMs?: number;
  readonly wait?: (ms: number) => Promise<unknown>;
}

const repetitions = 2;
/** A longer wait helps nobody: the person has gone by then. */
const longestWaitMs = 60_000;

/** Opens the client; nothing is sent before the first call. */
export function createSlackClient({
  botToken,
  apiUrl,
  logger,
  timeoutMs = 15_000,
  retryDelayMs = 500,
  wait = delay,
}: SlackClientOptions): SlackClient {
  const common: WebClientOptions = {
    slackApiUrl: apiUrl,
    logger: libraryLogger(logger),
    // Slack limits each method by itself; the library would hold back every other call as well.
    rejectRateLimitedCalls: true,
    timeout: timeoutMs,
  };
  const patient = new WebClient(botToken, {
    ...common,
    retryConfig: { retries: repetitions, minTimeout: retryDelayMs, factor: 2 },
  });
  const hasty = new WebClient(botToken, { ...common, retryConfig: { retries: 0 } });
  const told = new Set<string>();
  let identity: SlackIdentity | undefined;

  const attemptWith = async <Result>(web: WebClient, send: Send<Result>): Promise<Result> => {
    try {
      return await send(web);
    } catch (error) {
      const problem = accessProblem(error);
      if (problem !== undefined && !told.has(problem)) {
        told.add(problem);
        logger.error({}, problem);
      }
      throw toSlackCallFailed(error);
    }
  };

  return {
    get identity() {
      return identity;
    },
    attempt: (send) => attemptWith(hasty, send),
    async deliver(send) {
      for (let repetition = 0; ; repetition += 1) {
        try {
          return await attemptWith(patient, send);
        } catch (error) {
          const { retryAfterMs = Number.POSITIVE_INFINITY } = error as SlackCallFailed;
          if (repetition === repetitions || retryAfterMs > longestWaitMs) throw error;
          await wait(retryAfterMs);
        }
      }
    },
    async checkAccess() {
      try {
        const { team_id, user_id, response_metadata } = await attemptWith(patient, (web) =>
          web.auth.test(),
        );
        if (team_id && user_id) identity = { teamId: team_id, botUserId: user_id };
        const missing = missingScopes(response_metadata?.scopes);
        if (missing !== undefined) logger.error({}, missing);
      } catch (error) {
        logger.warn({ reason: (error as Error).message }, 'Slack did not say who the bot is');
      }
    },
  };
}

function toSlackCallFailed(error: unknown): SlackCallFailed {
  if (error instanceof WebAPIPlatformError)
    return new SlackCallFailed(error.data.error, { cause: error });
  if (error instanceof WebAPIRateLimitedError)
    return new SlackCallFailed('ratelimited', {
      cause: error,
      retryAfterMs: error.retryAfter * 1_000,
    });
  if (error instanceof WebAPIHTTPError)
    return new SlackCallFailed(`http_${error.statusCode}`, { cause: error });
  return new SlackCallFailed('unreachable', { cause: error });
}

/** For Slack's own libraries: they write to the console unless told otherwise, and at lower levels what people said. */
export function libraryLogger(logger: TurnLogger): SlackLogger {
  const pass = (...messages: unknown[]) =>
    logger.warn({ reason: messages.join(' ') }, 'Slack’s client library warns');
  const nothing = () => undefined;
  return {
    debug: nothing,
    info: nothing,
    warn: pass,
    error: pass,
    setLevel: nothing,
    getLevel: () => LogLevel.WARN,
    setName: nothing,
  };
}
