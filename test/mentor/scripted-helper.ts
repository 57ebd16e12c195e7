import { MentorError } from '#errors.ts';
import { loadPrompts } from '#mentor/load-prompts.ts';
import type { FailedPart } from '#mentor/try-helper.ts';
import type { HelperModel, HelperRequest } from '#services/model/port.ts';

/** A helper that gives one answer after another, and keeps what it was asked; the last answer serves for all that follow. */
export function scriptedHelper(...answers: readonly (string | Error)[]) {
  const requests: HelperRequest[] = [];
  const helper: HelperModel = {
    name: 'helper',
    async complete(request) {
      const answer = answers[Math.min(requests.length, answers.length - 1)];
      requests.push(request);
      request.signal?.throwIfAborted();
      if (answer === undefined || answer instanceof Error)
        throw answer ?? new MentorError('model-unavailable', 'no script');
      return { text: answer, usage: { promptTokens: 100, answerTokens: 10 } };
    },
  };
  const failures: { readonly part: FailedPart; readonly error: MentorError }[] = [];
  return {
    helper,
    requests,
    failures,
    dependencies: {
      helper,
      render: loadPrompts(`${import.meta.dirname}/../../mentor/prompts`),
      onFailure: (part: FailedPart, error: MentorError) => void failures.push({ part, error }),
    },
    /** What the n-th call read. */
    prompt: (call = 0) => requests[call]?.messages.map(({ content }) => content).join('\n') ?? '',
  };
}

export const helperDown = new MentorError('model-unavailable', 'the helper is down');
