import type { Context } from '@opentelemetry/api';
import type {
  ReadableSpan,
  Span,
  SpanExporter,
  SpanProcessor,
} from '@opentelemetry/sdk-trace-node';

/** What became of spans on their way out. */
export interface SpanCounts {
  readonly exported: number;
  /** Thrown away because the receiver was unreachable, refused them, or was too slow. */
  readonly dropped: number;
}

/**
 * Counts what an exporter sends and loses. `pending` must be raised by whoever hands spans over; it falls as they leave.
 */
function countExports(
  exporter: SpanExporter,
  counts: { exported: number; dropped: number; pending: number },
) {
  const counted: SpanExporter = {
    export(spans, done) {
      exporter.export(spans, (result) => {
        counts.pending -= spans.length;
        if (result.code === 0) counts.exported += spans.length;
        else counts.dropped += spans.length;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
  return counted;
}

/**
 * Hands spans over in batches off the way of the turn. No more than `capacity` spans wait or are on their way at any time:
 * beyond it a span is dropped and counted, so that a receiver that hangs costs a bounded amount of memory and no time.
 */
export function createBoundedSpanProcessor(
  exporter: SpanExporter,
  createBatches: (exporter: SpanExporter) => SpanProcessor,
  capacity = 2_048,
): SpanProcessor & { counts(): SpanCounts } {
  const counts = { exported: 0, dropped: 0, pending: 0 };
  const batches = createBatches(countExports(exporter, counts));
  return {
    counts: () => ({ exported: counts.exported, dropped: counts.dropped }),
    onStart: (span: Span, parent: Context) => batches.onStart(span, parent),
    onEnd(span: ReadableSpan) {
      if ((span.spanContext().traceFlags & 1) === 0) return;
      if (counts.pending >= capacity) {
        counts.dropped += 1;
        return;
      }
      counts.pending += 1;
      batches.onEnd(span);
    },
    forceFlush: () => batches.forceFlush(),
    async shutdown() {
      await batches.shutdown().catch(() => undefined);
      // What a failure at the end left behind goes nowhere any more.
      counts.dropped += counts.pending;
      counts.pending = 0;
    },
  };
}
