import type { SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { createExportBound, type ExportCounts } from './export-bound.ts';

/** Hands spans over in batches off the way of the turn, no more at a time than the bound. */
export function createBoundedSpanProcessor(
  exporter: SpanExporter,
  createBatches: (exporter: SpanExporter) => SpanProcessor,
): SpanProcessor & { counts(): ExportCounts } {
  const bound = createExportBound<Parameters<SpanExporter['export']>[0][number]>();
  const batches = createBatches({
    export: bound.countExport(exporter),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  });
  return {
    counts: bound.counts,
    onStart: (span, parent) => batches.onStart(span, parent),
    onEnd(span) {
      const isSampled = (span.spanContext().traceFlags & 1) === 1;
      if (isSampled && bound.take()) batches.onEnd(span);
    },
    forceFlush: () => batches.forceFlush(),
    async shutdown() {
      await batches.shutdown().catch(() => undefined);
      bound.abandon();
    },
  };
}
