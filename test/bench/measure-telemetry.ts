import { createServer } from 'node:http';
import { join } from 'node:path';
import { type Load, type LoadFigures, measureTurns } from './measure-turns.ts';
import { type MeasuredProgram, startMeasured } from './measured-program.ts';

/** The same program under the same load, by what it does about itself. */
export interface TelemetryLoads {
  /** Nothing is measured. */
  readonly off: LoadFigures;
  /** As it comes: figures, dashboard and alerts, of this process alone. */
  readonly on: LoadFigures;
  /** Every trace, all figures and the log are sent to a collector too. */
  readonly exporting: LoadFigures;
}

/** A collector that takes everything at once. */
async function startCollector() {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the collector has no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Measures what telemetry costs a turn: three programs take turns under one load, round by round. */
export async function measureTelemetry(
  main: string,
  {
    environment,
    folder,
    load,
    rounds,
  }: {
    readonly environment: Readonly<Record<string, string>>;
    /** Each program's data go below it: those that share a folder share their work too. */
    readonly folder: string;
    readonly load: Load;
    readonly rounds: number;
  },
): Promise<TelemetryLoads> {
  const collector = await startCollector();
  const programs: MeasuredProgram[] = [];
  const start = async (name: string, settings: Readonly<Record<string, string>>) => {
    const dataFolder = join(folder, `telemetry-${name}`);
    const all = { ...environment, DATA_DIR: dataFolder, ...settings };
    programs.push(await startMeasured(main, { environment: all }));
  };
  try {
    await start('off', { OTEL_SDK_DISABLED: 'true' });
    await start('on', {});
    await start('exporting', { OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin });
    const [[off] = [], [on] = [], [exporting] = []] = await measureTurns(programs, [load], rounds);
    if (off === undefined || on === undefined || exporting === undefined)
      throw new Error('not every program was measured');
    return { off, on, exporting };
  } finally {
    for (const program of programs) await program.stop();
    await collector.stop();
  }
}
