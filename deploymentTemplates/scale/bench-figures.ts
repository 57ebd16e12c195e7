import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { deploymentFolder } from '#deploymentTemplates/arm/read-templates.ts';

const benchSchema = z.object({
  figures: z.array(z.object({ id: z.string(), label: z.string(), ours: z.number().positive() })),
});

/** What `npm run bench -- --record` measured of this program, by the figure's id; throws for a figure that it did not measure. */
export function readBenchFigures(
  text: string = readFileSync(join(deploymentFolder, '../docs/bench.json'), 'utf8'),
): (id: string) => number {
  const { figures } = benchSchema.parse(JSON.parse(text));
  return (id) => {
    const found = figures.find((figure) => figure.id === id);
    if (found === undefined)
      throw new Error(`docs/bench.json has no figure "${id}"; npm run bench -- --record makes it`);
    return found.ours;
  };
}
