/** What became of telemetry on its way out. */
export interface ExportCounts {
  readonly exported: number;
  /** Thrown away because the receiver was unreachable, refused it, or was too slow. */
  readonly dropped: number;
}

/** What spans and log records leave by; OpenTelemetry's exporters have this shape. */
interface Exporter<Item> {
  export(items: Item[], done: (result: { readonly code: number }) => void): void;
}

/**
 * Keeps count of what waits or is on its way out, of which there is never more than `capacity`: beyond it things are dropped
 * and counted, so that a receiver that hangs costs a bounded amount of memory and no time.
 */
export function createExportBound<Item>(capacity = 2_048) {
  const counts = { exported: 0, dropped: 0, pending: 0 };
  return {
    counts: (): ExportCounts => ({ exported: counts.exported, dropped: counts.dropped }),
    /** Whether there is room for one more; what it says yes to must be handed to the exporter. */
    take(): boolean {
      const hasRoom = counts.pending < capacity;
      counts[hasRoom ? 'pending' : 'dropped'] += 1;
      return hasRoom;
    },
    /** The exporter's `export`, counted. */
    countExport:
      (exporter: Exporter<Item>): Exporter<Item>['export'] =>
      (items, done) =>
        exporter.export(items, (result) => {
          counts.pending -= items.length;
          counts[result.code === 0 ? 'exported' : 'dropped'] += items.length;
          done(result);
        }),
    /** What a failure at the end left behind goes nowhere any more. */
    abandon(): void {
      counts.dropped += counts.pending;
      counts.pending = 0;
    },
  };
}
