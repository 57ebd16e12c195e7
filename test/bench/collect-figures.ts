import { type Figure, pairedFigure, quantile, singleFigure } from './figures.ts';
import type { ConversationMemory } from './measure-conversations.ts';
import type { FirstWords } from './measure-first-word.ts';
import type { ModelCalls } from './measure-model-calls.ts';
import type { SearchPoint } from './measure-search.ts';
import type { TelemetryLoads } from './measure-telemetry.ts';
import type { LoadFigures } from './measure-turns.ts';

/** Turns a second, processor time a turn and acknowledgements, load by load. */
export function figuresOfTurns(
  ours: readonly LoadFigures[],
  theirs: readonly LoadFigures[],
  { id, label, aim }: { readonly id: string; readonly label: string; readonly aim: number },
): Figure[] {
  return ours.flatMap((load, position) => {
    const other = theirs[position];
    if (other === undefined) return [];
    const at = `${load.people} at a time`;
    return [
      pairedFigure(
        {
          id: `${id}-${load.people}`,
          label: `turns a second${label}, ${at}`,
          unit: '',
          better: 'higher',
          aim: { of: 'ratio', value: aim },
          watched: true,
        },
        { ours: load.turnsPerSecond, theirs: other.turnsPerSecond },
      ),
      pairedFigure(
        {
          id: `${id}-processor-${load.people}`,
          label: `processor time of a turn${label}, ${at}`,
          unit: 'ms',
          better: 'lower',
          watched: load.people > 1,
        },
        { ours: load.processorMs, theirs: other.processorMs },
      ),
    ];
  });
}

/** What telemetry costs a turn: with it beside without it. */
export function figuresOfTelemetry({ off, on, exporting }: TelemetryLoads): Figure[] {
  return [
    ...telemetryFigures(on, off, {
      id: 'telemetry',
      label: 'with telemetry, beside none',
      aim: true,
    }),
    ...telemetryFigures(exporting, off, {
      id: 'telemetry-sent',
      label: 'with traces, figures and log sent by OTLP, beside none',
      aim: false,
    }),
  ];
}

function telemetryFigures(
  ours: LoadFigures,
  theirs: LoadFigures,
  { id, label, aim }: { readonly id: string; readonly label: string; readonly aim: boolean },
): Figure[] {
  const aimOf = (value: number) => (aim ? { aim: { of: 'ratio' as const, value } } : {});
  return [
    pairedFigure(
      {
        id: `${id}-turns`,
        label: `turns a second ${label}`,
        unit: '',
        better: 'higher',
        watched: aim,
        ...aimOf(0.95),
      },
      { ours: ours.turnsPerSecond, theirs: theirs.turnsPerSecond },
    ),
    pairedFigure(
      {
        id: `${id}-processor`,
        label: `processor time of a turn ${label}`,
        unit: 'ms',
        better: 'lower',
        watched: aim,
        ...aimOf(1.05),
      },
      { ours: ours.processorMs, theirs: theirs.processorMs },
    ),
  ];
}

const acknowledgementShares = [0.5, 0.95, 0.99];

export function figuresOfAcknowledgements(
  ours: readonly LoadFigures[],
  theirs: readonly LoadFigures[],
): Figure[] {
  return ours.flatMap((load, position) =>
    acknowledgementShares.map((share) =>
      pairedFigure(
        {
          id: `acknowledged-p${share * 100}-${load.people}`,
          label: `message acknowledged, p${share * 100}, ${load.people} at a time`,
          unit: 'ms',
          better: 'lower',
          aim: { of: 'ratio', value: 1 },
          watched: share === 0.5 && load.people > 1,
        },
        {
          ours: [quantile(share, load.acknowledgedMs)],
          theirs: [quantile(share, theirs[position]?.acknowledgedMs ?? [])],
        },
      ),
    ),
  );
}

/** What the product adds to a first word, question by question, beside what the bare client needs for its own. */
export function figuresOfFirstWord(
  { oursMs, bareMs }: FirstWords,
  { id, label, aimMs }: { readonly id: string; readonly label: string; readonly aimMs: number },
): Figure[] {
  const added = oursMs.map((ours, position) => ours - (bareMs[position] ?? Number.NaN));
  const words = { unit: 'ms', better: 'lower' as const };
  return [
    pairedFigure(
      { ...words, id: `${id}-p50`, label: `first word, p50, ${label}`, watched: true },
      { ours: [quantile(0.5, oursMs)], theirs: [quantile(0.5, bareMs)] },
    ),
    singleFigure(
      {
        ...words,
        id: `${id}-added-p50`,
        label: `added to the first word, p50, ${label}`,
        watched: false,
      },
      quantile(0.5, added),
    ),
    singleFigure(
      {
        ...words,
        id: `${id}-added-p95`,
        label: `added to the first word, p95, ${label}`,
        aim: { of: 'ours', value: aimMs },
        watched: false,
      },
      quantile(0.95, added),
    ),
  ];
}

export function figuresOfConversations({
  streams,
  heapKbEach,
  residentKbEach,
}: ConversationMemory): Figure[] {
  const label = `each of ${streams} open conversations`;
  const words = { unit: 'KB', better: 'lower' as const };
  return [
    singleFigure(
      {
        ...words,
        // What few conversations share weighs more on each.
        id: `conversation-heap-${streams}`,
        label: `objects in use, ${label}`,
        aim: { of: 'ours', value: 50 },
        watched: true,
      },
      heapKbEach,
    ),
    singleFigure(
      {
        ...words,
        id: `conversation-resident-${streams}`,
        label: `memory of the process, ${label}`,
        watched: false,
      },
      residentKbEach,
    ),
  ];
}

export function figuresOfModelCalls(calls: ModelCalls): Figure[] {
  const labels = {
    answerCalls: 'calls of the model a turn',
    helperCalls: 'calls of the fast model a turn',
    promptTokens: 'tokens read a turn, both models',
    answerTokens: 'tokens written a turn, both models',
  };
  return (Object.keys(labels) as (keyof ModelCalls)[]).map((id) =>
    singleFigure({ id, label: labels[id], unit: '', better: 'lower', watched: true }, calls[id]),
  );
}

/** From here on the target for search holds. */
const largeIndex = 100_000;

export function figuresOfSearch(points: readonly SearchPoint[]): Figure[] {
  return points.flatMap(({ passages, oursMs, bareMs }) =>
    [0.5, 0.95].map((share) =>
      pairedFigure(
        {
          id: `search-p${share * 100}-${passages}`,
          label: `search, p${share * 100}, ${passages.toLocaleString('en')} passages`,
          unit: 'ms',
          better: 'lower',
          watched: share === 0.5,
          ...(passages >= largeIndex && share === 0.95
            ? { aim: { of: 'ratio' as const, value: 0.5 } }
            : {}),
        },
        { ours: [quantile(share, oursMs)], theirs: [quantile(share, bareMs)] },
      ),
    ),
  );
}

export interface RestFigures {
  readonly readyMs: readonly number[];
  readonly restMb: number | undefined;
  readonly loadedMb: number | undefined;
}

export function figuresOfProcess(ours: RestFigures, theirs: RestFigures): Figure[] {
  const words = { better: 'lower' as const, aim: { of: 'ratio' as const, value: 1.5 } };
  const memory = (id: string, label: string, of: 'restMb' | 'loadedMb') =>
    pairedFigure(
      { ...words, id, label, unit: 'MB', watched: true },
      { ours: [ours[of] ?? Number.NaN], theirs: [theirs[of] ?? Number.NaN] },
    );
  return [
    pairedFigure(
      { ...words, id: 'ready', label: 'start to ready', unit: 'ms', watched: true },
      { ours: ours.readyMs, theirs: theirs.readyMs },
    ),
    memory('memory-rest', 'memory at rest', 'restMb'),
    memory('memory-loaded', 'memory after the turns', 'loadedMb'),
  ];
}

/** How much longer the first request waits than a server needs that does nothing. */
export function figuresOfStart({
  mentor,
  restify,
}: {
  readonly mentor: readonly number[];
  readonly restify: readonly number[];
}): Figure[] {
  const beyondMs = mentor.map((readyMs, round) => readyMs - (restify[round] ?? Number.NaN));
  return [
    singleFigure(
      {
        id: 'ready-beyond-restify',
        label: 'first request served, beyond a bare restify server',
        unit: 'ms',
        better: 'lower',
        aim: { of: 'ours', value: 1_000 },
        watched: false,
      },
      quantile(0.5, beyondMs),
    ),
  ];
}
