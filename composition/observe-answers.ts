import { context, type Span, type Tracer, trace } from '@opentelemetry/api';
import { toMentorError } from '#errors.ts';
import type { Answer, AnswerQuestion, MentorEvent } from '#mentor/answer.ts';
import { fixedReplies } from '#mentor/fixed-replies.ts';
import type { Instruments } from '#services/telemetry/instruments.ts';
import { redactPersonal } from '#services/telemetry/redact.ts';
import { failSpan, watchStream } from '#services/telemetry/spans.ts';

export interface AnswerObserver {
  readonly tracer: Tracer;
  readonly instruments: Pick<
    Instruments,
    'recordAnswer' | 'recordAnswerFailure' | 'recordFirstWord' | 'recordStage'
  >;
  /** Whether question and answer, redacted, go with the trace. */
  readonly includesContent: boolean;
  readonly elapsedMs: () => number;
}

/**
 * Reports how a question was answered: a span with a child for each stage, the time to the first word and to the whole, how
 * the answer rests on its sources. A piece of text costs one comparison.
 */
export function observeAnswers(
  answerQuestion: AnswerQuestion,
  observer: AnswerObserver,
): AnswerQuestion {
  return (question, options) =>
    watchStream(
      () => answerQuestion(question, options),
      () => {
        const watch = createWatch(observer, () => options?.signal?.aborted === true);
        if (observer.includesContent) watch.note('mentor.question', question.text);
        return watch;
      },
    );
}

/** Follows the events of one question. */
function createWatch(
  { tracer, instruments, includesContent, elapsedMs }: AnswerObserver,
  isStopped: () => boolean,
) {
  const startedMs = elapsedMs();
  const span = tracer.startSpan('answer question');
  const isRecording = span.isRecording();
  const own = trace.setSpan(context.active(), span);
  let current = own;
  let stage: { readonly name: string; readonly span: Span; readonly startedMs: number } | undefined;
  let hasWords = false;
  let isOver = false;
  const seconds = (sinceMs: number) => (elapsedMs() - sinceMs) / 1_000;
  const note = (name: string, text: string) => {
    if (span.isRecording()) span.setAttribute(name, redactPersonal(text).slice(0, 8_000));
  };
  const endStage = () => {
    if (stage === undefined) return;
    instruments.recordStage(stage.name, seconds(stage.startedMs));
    stage.span.end();
    stage = undefined;
    current = own;
  };
  const begin = (name: string) => {
    endStage();
    const stageSpan = tracer.startSpan(`stage ${name}`, {}, own);
    stage = { name, span: stageSpan, startedMs: elapsedMs() };
    current = trace.setSpan(own, stageSpan);
  };
  const finish = (answer: Answer) => {
    isOver = true;
    endStage();
    const dropped = answer.text.split(fixedReplies.unsupportedMark).length - 1;
    instruments.recordAnswer({
      model: answer.model,
      state: answer.state,
      writtenBy: answer.writtenBy,
      seconds: seconds(startedMs),
      supported: answer.citations.length,
      dropped,
    });
    span.setAttributes({
      'mentor.answer.state': answer.state,
      'mentor.answer.written_by': answer.writtenBy,
      'mentor.answer.confidence': answer.confidence,
      'mentor.answer.citations': answer.citations.length,
      'mentor.answer.unsupported': dropped,
      'gen_ai.response.model': answer.model,
      'gen_ai.usage.input_tokens': answer.tokens.prompt,
      'gen_ai.usage.output_tokens': answer.tokens.answer,
    });
    if (includesContent) note('mentor.answer', answer.text);
    span.end();
  };
  return {
    // Where nobody receives spans, a step has no need to know its parent.
    within: () => (isRecording ? current : undefined),
    note,
    see(event: MentorEvent): void {
      if (event.type === 'text-delta') {
        if (hasWords) return;
        hasWords = true;
        const firstWordSeconds = seconds(startedMs);
        instruments.recordFirstWord(firstWordSeconds);
        span.setAttribute('mentor.first_word.seconds', firstWordSeconds);
      } else if (event.type === 'stage') begin(event.stage);
      else if (event.type === 'answer') finish(event.answer);
    },
    fail(error: unknown): void {
      if (isOver) return;
      isOver = true;
      endStage();
      // A question that is too long is nobody's failure.
      const { code, row } = toMentorError(error);
      if (!isStopped() && row.httpStatus >= 500) instruments.recordAnswerFailure(code);
      failSpan(span, error);
    },
    /** Ends what nobody waits for any more. */
    end(): void {
      if (isOver) return;
      isOver = true;
      endStage();
      span.setAttribute('error.type', 'abandoned');
      span.end();
    },
  };
}
