import { MentorError, toMentorError } from '#errors.ts';
import type { HelperModel, HelperRequest, TokenUsage } from '#services/model/port.ts';
import type { RenderPrompt } from './load-prompts.ts';

/** What a helper model does beside the answer itself. */
export type HelperTask = 'rewrite' | 'rerank' | 'judge' | 'suggest' | 'summarise';

/** What may fail and be made up for in one turn. */
export type FailedPart = HelperTask | 'embed' | 'generate';

/** Learns of what failed and was made up for: for the log and the metrics. */
export type OnFailure = (part: FailedPart, error: MentorError) => void;

export interface HelperDependencies {
  /** Absent: every task takes its fallback. */
  readonly helper?: HelperModel | undefined;
  readonly render: RenderPrompt;
  readonly onFailure?: OnFailure | undefined;
}

/** How long a person waits for a helper before its fallback serves. */
export const helperDeadlineMs = 1_500;

/** Low, since an order is either right or wrong; fixed by the architecture. */
export const helperTemperature = 0.1;

/**
 * Asks the helper and reads its answer; resolves to nothing where there is none, it fails, it is too slow or its answer
 * cannot be read, which `read` says by throwing. Rejects only with the reason of the signal.
 */
export async function tryHelper<Result>(
  task: HelperTask,
  request: HelperRequest,
  read: (text: string) => Result,
  dependencies: HelperDependencies,
): Promise<Result | undefined> {
  const { helper, onFailure } = dependencies;
  if (helper === undefined) return undefined;
  try {
    const { text } = await helper.complete(request);
    return readAnswer(text, read);
  } catch (error) {
    request.signal?.throwIfAborted();
    onFailure?.(task, toMentorError(error));
    return undefined;
  }
}

function readAnswer<Result>(text: string, read: (text: string) => Result): Result {
  try {
    return read(text);
  } catch (error) {
    throw error instanceof MentorError
      ? error
      : unreadable('does not fit what was asked for', error);
  }
}

/** An answer of a helper that is of no use. */
export function unreadable(problem: string, cause?: unknown): MentorError {
  return new MentorError('model-unavailable', `The helper model's answer ${problem}.`, {
    cause,
    details: { reason: 'unreadable', isRetryable: false },
  });
}

/** The JSON object in a text; models that were not held to JSON put words or a fence around it. */
export function readJsonObject(text: string): unknown {
  const [start, end] = [text.indexOf('{'), text.lastIndexOf('}')];
  try {
    return JSON.parse(text.slice(start, end + 1));
  } catch {
    /** Without the cause: it quotes the text, which may be a person's. */
    throw unreadable('is not JSON');
  }
}

/** Counts what a helper is asked during one turn. */
export function countHelperCalls(helper: HelperModel | undefined) {
  let calls = 0;
  const usage = { promptTokens: 0, answerTokens: 0 };
  const counted: HelperModel | undefined = helper && {
    name: helper.name,
    async complete(request) {
      calls += 1;
      const completion = await helper.complete(request);
      usage.promptTokens += completion.usage.promptTokens;
      usage.answerTokens += completion.usage.answerTokens;
      return completion;
    },
  };
  return { helper: counted, calls: () => calls, usage: (): TokenUsage => ({ ...usage }) };
}
