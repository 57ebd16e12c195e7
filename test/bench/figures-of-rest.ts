import { type Figure, pairedFigure, quantile, singleFigure } from './figures.ts';
import { callersAtOnce, type RestLoads } from './measure-rest.ts';

/** Calls a second of each route beside one that does nothing, and what all but the slowest calls took. */
export function figuresOfRest({ bare, ...routes }: RestLoads): Figure[] {
  return Object.entries(routes).flatMap(([name, { callsPerSecond, callMs }]) => [
    pairedFigure(
      {
        id: `rest-${name}`,
        label: `REST: ${name}, calls a second, ${callersAtOnce} at a time, beside a route that does nothing`,
        unit: '',
        better: 'higher',
        watched: false,
      },
      { ours: [callsPerSecond], theirs: [bare.callsPerSecond] },
    ),
    singleFigure(
      {
        id: `rest-${name}-p95`,
        label: `REST: ${name}, p95, ${callersAtOnce} at a time`,
        unit: 'ms',
        better: 'lower',
        watched: false,
      },
      quantile(0.95, callMs),
    ),
  ]);
}
