import { assumptions } from '#deploymentTemplates/scale/assumptions.ts';
import { tokensCounted } from '#deploymentTemplates/scale/demand.ts';
import { type Allowance, createAllowance } from './allowance.ts';
import type { Ledger, Part } from './ledger.ts';
import type { Limits } from './limits.ts';
import { createReplicas } from './replicas.ts';
import { createScaler } from './scaler.ts';
import { type Cohort, createWaitingLine, type WaitingLine } from './waiting-line.ts';

/** How far apart two moments of the simulation are. */
export const stepSeconds = 0.5;
/** Azure OpenAI counts a minute's tokens over shorter spans than a minute. */
const quotaBurstSeconds = 10;

/** Everything that turns go through, one part after another. */
export type Flow = ReturnType<typeof createFlow>;

/** A deployment through which nobody has gone yet. */
export function createFlow(limits: Limits, ledger: Ledger) {
  const replicas = createReplicas(limits.workers);
  return {
    limits,
    ledger,
    replicas,
    scaler: createScaler(limits, replicas),
    allowances: createAllowances(limits),
    lines: {
      bus: createWaitingLine(),
      workers: createWaitingLine(),
      search: createWaitingLine(),
      model: createWaitingLine(),
      cosmos: createWaitingLine(),
    },
    /** Turns that will have their answer, by the step in which they do. */
    answering: new Map<number, Cohort[]>(),
    /** Turns that a worker runs. */
    held: 0,
    /** Turns that the processors have time for just now. */
    processor: 0,
  };
}

function createAllowances(limits: Limits) {
  const { search, cosmos } = assumptions;
  const { chat, fast } = tokensCounted();
  const quota = (aMinute: number, callCost: number) =>
    createAllowance(aMinute / 60, { callCost, burstSeconds: quotaBurstSeconds });
  return {
    bus: createAllowance(limits.queuedTurnsASecond, { callCost: 1 }),
    search: createAllowance(limits.searchQueriesASecond, { callCost: search.queriesATurn }),
    chat: quota(limits.chatTokensAMinute, chat),
    fast: quota(limits.fastTokensAMinute, fast),
    requestUnits: createAllowance(limits.requestUnitsASecond, {
      callCost: cosmos.requestUnitsATurn,
    }),
  };
}

/** How many turns are anywhere in it. */
export function turnsInside({ lines, held }: Flow): number {
  return lines.bus.length + lines.workers.length + held;
}

/** Moves everything on by one step. */
export function advance(flow: Flow, came: Cohort, now: number): void {
  for (const allowance of Object.values(flow.allowances)) allowance.refill(stepSeconds);
  flow.replicas.advance(now);
  flow.ledger.workers(flow.replicas.ready, now);
  flow.lines.bus.join(came);
  queue(flow, now);
  begin(flow, now);
  find(flow, now);
  write(flow, now);
  finish(flow, now);
  flow.scaler.look(flow.lines.workers.length + flow.held, now);
}

function queue({ lines, allowances, ledger }: Flow, now: number): void {
  const queued = takeWithin(lines.bus, allowances.bus, 1);
  for (const cohort of passing(ledger, 'Service Bus', queued, now)) lines.workers.join(cohort);
}

/** Begins what there are workers for: each runs some conversations at a time, as fast as its cores can. */
function begin(flow: Flow, now: number): void {
  const { replicas, limits, lines, ledger } = flow;
  const { coreTurnsPerSecond, concurrentTurns } = assumptions.replica;
  const turnsASecond = replicas.ready * limits.workers.cores * coreTurnsPerSecond;
  flow.processor = Math.min(Math.max(1, turnsASecond), flow.processor + turnsASecond * stepSeconds);
  const slots = replicas.ready * concurrentTurns - flow.held;
  const begun = lines.workers.take(Math.max(0, Math.min(slots, flow.processor)));
  for (const cohort of passing(ledger, 'workers', begun, now)) {
    flow.held += cohort.count;
    flow.processor -= cohort.count;
    flow.scaler.processed(cohort.count);
    ledger.began(now - cohort.asked, cohort.count);
    lines.search.join(cohort);
  }
}

function find(flow: Flow, now: number): void {
  const { lines, allowances, ledger } = flow;
  const { search, patienceSeconds, replica } = assumptions;
  const found = takeWithin(lines.search, allowances.search, search.queriesATurn);
  for (const cohort of passing(ledger, 'AI Search', found, now)) lines.model.join(cohort);
  const late = lines.search.takeJoinedBefore(now - patienceSeconds.search);
  const gone = passing(ledger, 'AI Search', late, now);
  for (const { count } of gone) ledger.ended('withoutSearch', count, now);
  answer(flow, { cohorts: gone, seconds: replica.passagesSeconds }, now);
}

function write(flow: Flow, now: number): void {
  const { lines, allowances, ledger } = flow;
  const { patienceSeconds, replica } = assumptions;
  const { chat, fast } = tokensCounted();
  const room = Math.min(allowances.chat.room(chat), allowances.fast.room(fast));
  const granted = passing(ledger, 'model quota', lines.model.take(room), now);
  for (const { count } of granted) {
    allowances.chat.spend(count * chat);
    allowances.fast.spend(count * fast);
    ledger.ended('byModel', count, now);
  }
  answer(flow, { cohorts: granted, seconds: replica.turnSeconds }, now);
  const late = lines.model.takeJoinedBefore(now - patienceSeconds.model);
  const gone = passing(ledger, 'model quota', late, now);
  for (const { count } of gone) ledger.ended('fromPassages', count, now);
  answer(flow, { cohorts: gone, seconds: replica.passagesSeconds }, now);
}

/** Lets the turns have their answer after a while. */
function answer(
  { answering }: Flow,
  { cohorts, seconds }: { readonly cohorts: readonly Cohort[]; readonly seconds: number },
  now: number,
): void {
  if (cohorts.length === 0) return;
  const step = Math.round(now / stepSeconds) + Math.max(1, Math.round(seconds / stepSeconds));
  answering.set(step, [...(answering.get(step) ?? []), ...cohorts]);
}

/** Keeps what has its answer; what cannot be kept within the patience is kept later, and holds nobody up. */
function finish(flow: Flow, now: number): void {
  const { lines, allowances, ledger, answering } = flow;
  const { cosmos, patienceSeconds } = assumptions;
  const step = Math.round(now / stepSeconds);
  for (const cohort of answering.get(step) ?? []) {
    ledger.finished(now - cohort.asked, cohort.count);
    lines.cosmos.join({ ...cohort, joined: now });
  }
  answering.delete(step);
  const kept = takeWithin(lines.cosmos, allowances.requestUnits, cosmos.requestUnitsATurn);
  const late = lines.cosmos.takeJoinedBefore(now - patienceSeconds.cosmos);
  for (const { count } of passing(ledger, 'Cosmos DB', [...kept, ...late], now)) flow.held -= count;
}

function takeWithin(line: WaitingLine, allowance: Allowance, cost: number): Cohort[] {
  if (line.length === 0) return [];
  const taken = line.take(allowance.room(cost));
  for (const { count } of taken) allowance.spend(count * cost);
  return taken;
}

/** Writes down who had to wait, and sends all on from now. */
function passing(
  ledger: Ledger,
  part: Part,
  cohorts: readonly Cohort[],
  now: number,
): readonly Cohort[] {
  for (const { count, joined } of cohorts)
    if (now - joined >= 1) ledger.waited(part, count, joined);
  return cohorts.map((cohort) => ({ ...cohort, joined: now }));
}
