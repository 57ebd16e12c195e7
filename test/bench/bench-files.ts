import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchRecord, LongRecord } from './bench-record.ts';
import { drawCharts, type Report, renderReport } from './render-report.ts';

const names = { bench: 'bench.json', long: 'bench-long.json' } as const;

/** Keeps what was measured in the folder and writes the page there anew, with what was measured before in the other part. */
export function recordIn(folder: string, measured: Report): void {
  for (const part of ['bench', 'long'] as const)
    if (measured[part] !== undefined)
      writeFileSync(join(folder, names[part]), `${JSON.stringify(measured[part], null, 2)}\n`);
  writePage(folder);
}

function writePage(folder: string): void {
  const report = {
    bench: readRecord<BenchRecord>(folder, names.bench),
    long: readRecord<LongRecord>(folder, names.long),
  };
  const images = join(folder, 'images');
  mkdirSync(images, { recursive: true });
  writeFileSync(join(folder, 'bench.md'), renderReport(report, { images: true }));
  for (const [name, picture] of Object.entries(drawCharts(report)))
    writeFileSync(join(images, name), picture);
}

function readRecord<Kept>(folder: string, name: string): Kept | undefined {
  const file = join(folder, name);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Kept) : undefined;
}
