import { MetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics';

/** Reads the meters within the process, for `/metrics` and the dashboard; sends nothing anywhere. */
export class InProcessMetricReader extends MetricReader {
  /** All series as they stand now. What an observer failed to give is left out. */
  async read(): Promise<ResourceMetrics> {
    const { resourceMetrics } = await this.collect();
    return resourceMetrics;
  }

  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}
