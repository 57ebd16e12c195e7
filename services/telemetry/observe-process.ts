import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Meter } from '@opentelemetry/api';

/** What stands behind the gauges; each is asked when somebody reads, and must answer at once. */
export interface Standing {
  queue(): { readonly depth: number; readonly oldestSeconds: number };
  active(): { readonly conversations: number; readonly people: number };
  waitingWrites(): number;
  isReady(): boolean;
  readonly circuits: () => readonly { readonly name: string; state(): string }[];
  droppedTelemetry(): number;
}

export const gaugeNames = {
  queueDepth: 'mentor_queue_depth',
  queueAge: 'mentor_queue_oldest_seconds',
  activeConversations: 'mentor_active_conversations',
  activePeople: 'mentor_active_people',
  waitingWrites: 'mentor_waiting_writes',
  ready: 'mentor_ready',
  circuit: 'mentor_circuit_state',
  dropped: 'mentor_telemetry_dropped_total',
  resident: 'process_resident_memory_bytes',
  heap: 'nodejs_heap_used_bytes',
  cpu: 'process_cpu_seconds_total',
  uptime: 'process_uptime_seconds',
  loopDelay: 'nodejs_eventloop_delay_p99_seconds',
} as const;

/** How a circuit's state is written as a number. */
export const circuitStates: readonly string[] = ['closed', 'half-open', 'open'];

/** Registers what is looked up when it is read: queue, circuits, readiness and the health of the process. */
export function observeProcess(meter: Meter, standing: Standing): { stop(): void } {
  const gauge = (name: string, description: string, read: () => number) =>
    meter
      .createObservableGauge(name, { description })
      .addCallback((result) => result.observe(read()));
  const counter = (name: string, description: string, read: () => number) =>
    meter
      .createObservableCounter(name, { description })
      .addCallback((result) => result.observe(read()));
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  gauge(
    gaugeNames.queueDepth,
    'Turns that were accepted and have not ended.',
    () => standing.queue().depth,
  );
  gauge(
    gaugeNames.queueAge,
    'How long the oldest turn has waited to begin.',
    () => standing.queue().oldestSeconds,
  );
  gauge(
    gaugeNames.activeConversations,
    'Conversations that went on within 15 minutes.',
    () => standing.active().conversations,
  );
  gauge(
    gaugeNames.activePeople,
    'People who wrote within 15 minutes.',
    () => standing.active().people,
  );
  gauge(
    gaugeNames.waitingWrites,
    'Writes that wait until their store is back.',
    standing.waitingWrites,
  );
  gauge(gaugeNames.ready, 'Whether people are served: 1 or 0.', () => (standing.isReady() ? 1 : 0));
  counter(
    gaugeNames.dropped,
    'Telemetry thrown away because nobody took it.',
    standing.droppedTelemetry,
  );
  gauge(gaugeNames.resident, 'Memory of the process.', () => process.memoryUsage.rss());
  gauge(gaugeNames.heap, 'Heap in use.', () => process.memoryUsage().heapUsed);
  counter(gaugeNames.cpu, 'Time on the processor.', () => cpuSeconds());
  gauge(gaugeNames.uptime, 'Time since the start.', () => process.uptime());
  gauge(
    gaugeNames.loopDelay,
    'How late the event loop was, in its worst hundredth, since it was last read.',
    () => readDelay(delay),
  );
  meter
    .createObservableGauge(gaugeNames.circuit, {
      description: 'State of each circuit breaker: 0 closed, 1 half-open, 2 open.',
    })
    .addCallback((result) => {
      for (const circuit of standing.circuits())
        result.observe(Math.max(0, circuitStates.indexOf(circuit.state())), {
          circuit: circuit.name,
        });
    });
  return { stop: () => delay.disable() };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
}

function readDelay(delay: ReturnType<typeof monitorEventLoopDelay>): number {
  const seconds = delay.percentile(99) / 1_000_000_000;
  delay.reset();
  return Number.isFinite(seconds) ? seconds : 0;
}
