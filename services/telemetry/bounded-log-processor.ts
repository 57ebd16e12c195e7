import type { LogRecordExporter, LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { createExportBound, type ExportCounts } from './export-bound.ts';

/** Hands log records over in batches off the way of whoever logs, no more at a time than the bound. */
export function createBoundedLogProcessor(
  exporter: LogRecordExporter,
  createBatches: (exporter: LogRecordExporter) => LogRecordProcessor,
): LogRecordProcessor & { counts(): ExportCounts } {
  const bound = createExportBound<Parameters<LogRecordExporter['export']>[0][number]>();
  const batches = createBatches({
    export: bound.countExport(exporter),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush(),
  });
  return {
    counts: bound.counts,
    onEmit(record, context) {
      if (bound.take()) batches.onEmit(record, context);
    },
    forceFlush: () => batches.forceFlush(),
    async shutdown() {
      await batches.shutdown().catch(() => undefined);
      bound.abandon();
    },
  };
}
