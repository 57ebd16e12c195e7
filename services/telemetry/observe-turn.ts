import { context, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import type { Instruments } from './instruments.ts';
import type { Telemetry } from './port.ts';
import { failSpan, withClientSpan, withUserType } from './spans.ts';

/** Runs turns within their span, and counts them. */
export function createTurnTelemetry({
  tracer,
  instruments,
  elapsedMs,
}: {
  readonly tracer: Tracer;
  readonly instruments: Pick<Instruments, 'recordTurn' | 'channelOf'>;
  readonly elapsedMs: () => number;
}): Telemetry {
  return {
    async turn({ channel: given, activityType, userType, isWithinRequest }, work) {
      const channel = instruments.channelOf(given);
      const startedMs = elapsedMs();
      // Other channels were answered before the turn began.
      const span = tracer.startSpan(`turn ${channel}`, {
        kind: isWithinRequest ? SpanKind.INTERNAL : SpanKind.CONSUMER,
        attributes: { 'mentor.channel': channel, 'mentor.activity.type': activityType },
      });
      const record = (outcome: 'ended' | 'failed') =>
        instruments.recordTurn({ channel, outcome, seconds: (elapsedMs() - startedMs) / 1_000 });
      try {
        const result = await context.with(
          withUserType(userType, trace.setSpan(context.active(), span)),
          work,
        );
        record('ended');
        span.end();
        return result;
      } catch (error) {
        record('failed');
        failSpan(span, error);
        throw error;
      }
    },
    send(given, activities, work) {
      const channel = instruments.channelOf(given);
      const attributes = { 'peer.service': channel, 'mentor.activities': activities };
      return withClientSpan(tracer, `send ${channel}`, attributes, work);
    },
  };
}
