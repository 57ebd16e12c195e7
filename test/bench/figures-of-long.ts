import { type Figure, pairedFigure, quantile, singleFigure } from './figures.ts';
import type { Endurance } from './measure-endurance.ts';
import type { OpenStreams } from './measure-open-streams.ts';
import { heapOfQuarters, type MemorySample, quartersOf } from './memory-samples.ts';

/** By how much memory may grow in a run that is called flat. */
const flat = { of: 'ratio', value: 1.1 } as const;
const none = { of: 'ours', value: 0 } as const;

/** Turns, waiting, memory and processor while many people have the web page open. */
export function figuresOfOpenStreams(streams: OpenStreams): Figure[] {
  const { people, minutes, asked, failed, repeated, firstWordMs, wholeAnswerMs } = streams;
  const at = `${people.toLocaleString('en')} open streams`;
  const failures = Object.values(failed).reduce((sum, times) => sum + times, 0);
  const words = { unit: 'ms', better: 'lower' as const, watched: false };
  const waiting = (id: string, label: string, value: number, aimMs?: number) =>
    singleFigure(
      {
        ...words,
        id: `long-streams-${id}`,
        label: `${label}, ${at}`,
        ...(aimMs === undefined ? {} : { aim: { of: 'ours' as const, value: aimMs } }),
      },
      value,
    );
  return [
    singleFigure(
      {
        id: 'long-streams-asked',
        label: `turns asked in ${minutes} min, ${at}`,
        unit: '',
        better: 'higher',
        watched: false,
      },
      asked,
    ),
    countFigure('long-streams-failed', `turns that failed, ${at}`, failures),
    countFigure('long-streams-repeated', `answers that came again, ${at}`, repeated),
    waiting('first-word-p50', 'first word, p50', firstWordMs.p50),
    waiting('first-word-p95', 'first word, p95', firstWordMs.p95, 200),
    waiting('first-word-p99', 'first word, p99', firstWordMs.p99),
    waiting('whole-answer-p50', 'whole answer, p50', wholeAnswerMs.p50),
    waiting('whole-answer-p95', 'whole answer, p95', wholeAnswerMs.p95),
    growthFigure(`long-streams-growth-${people}`, at, streams.samples),
    ...processorFigures(streams, at),
  ];
}

function processorFigures({ processor }: OpenStreams, at: string): Figure[] {
  const labels = {
    program: 'processor used by the program',
    driver: 'processor used by what asks and listens',
    model: 'processor used by the language model’s server',
  };
  return (Object.keys(labels) as (keyof typeof labels)[]).map((name) =>
    singleFigure(
      {
        id: `long-streams-processor-${name}`,
        label: `${labels[name]}, of one core, ${at}`,
        unit: '%',
        better: 'lower',
        watched: false,
      },
      (processor[name] ?? Number.NaN) * 100,
    ),
  );
}

/** Memory over many turns, beside the echo bot's after the first part of them, and whether turns become slower as tables grow. */
export function figuresOfEndurance(ours: Endurance, echo: Endurance): Figure[] {
  const { turns, samples, dataMbBefore } = ours;
  const over = `over ${turns.toLocaleString('en')} turns`;
  const [first, last] = [samples[0], samples.at(-1)];
  const memory = (id: string, label: string, of: 'heapMb' | 'residentMb', aim?: number) =>
    pairedFigure(
      {
        id: `long-${id}-${echo.turns}`,
        label: `${label} after ${echo.turns.toLocaleString('en')} turns`,
        unit: 'MB',
        better: 'lower',
        watched: true,
        ...(aim === undefined ? {} : { aim: { of: 'ratio' as const, value: aim } }),
      },
      { ours: [first?.[of] ?? Number.NaN], theirs: [echo.samples.at(-1)?.[of] ?? Number.NaN] },
    );
  const alone = (id: string, label: string, unit: string, value: number) =>
    singleFigure({ id: `long-${id}`, label, unit, better: 'lower', watched: false }, value);
  const after = `after ${turns.toLocaleString('en')} turns`;
  return [
    countFigure('long-turns-failed', `turns that failed, ${over}`, ours.failed),
    countFigure('long-turns-repeated', `answers that came again, ${over}`, ours.repeated),
    memory('memory', 'memory of the process', 'residentMb', 1.5),
    memory('heap', 'objects in use', 'heapMb'),
    alone(
      `memory-${turns}`,
      `memory of the process ${after}`,
      'MB',
      last?.residentMb ?? Number.NaN,
    ),
    alone(`heap-${turns}`, `objects in use ${after}`, 'MB', last?.heapMb ?? Number.NaN),
    growthFigure(`long-turns-growth-${turns}`, over, samples),
    paceFigure(ours, over),
    alone(
      'data',
      `data kept for 10,000 turns, ${over}`,
      'MB',
      (((last?.dataMb ?? Number.NaN) - dataMbBefore) / turns) * 10_000,
    ),
  ];
}

function countFigure(id: string, label: string, value: number): Figure {
  return singleFigure({ id, label, unit: '', better: 'lower', aim: none, watched: true }, value);
}

function growthFigure(
  id: string,
  label: string,
  samples: readonly Pick<MemorySample, 'heapMb'>[],
): Figure {
  const { second, last } = heapOfQuarters(samples);
  return pairedFigure(
    {
      id,
      label: `objects in use, last quarter beside the second, ${label}`,
      unit: 'MB',
      better: 'lower',
      aim: flat,
      watched: true,
    },
    { ours: [last], theirs: [second] },
  );
}

function paceFigure({ turns, samples }: Endurance, label: string): Figure {
  const { second, last } = quartersOf(samples.map(({ turnsPerSecond }) => turnsPerSecond));
  return pairedFigure(
    {
      id: `long-turns-pace-${turns}`,
      label: `turns a second, last quarter beside the second, ${label}`,
      unit: '',
      better: 'higher',
      watched: true,
    },
    { ours: [quantile(0.5, last)], theirs: [quantile(0.5, second)] },
  );
}
