import type { NewSession } from '#api/v1/schemas/session.ts';
import { benchQuestions } from './questions.ts';

/** How one route of the REST API answered, with several calls under way all the time. */
export interface RestLoad {
  readonly callsPerSecond: number;
  readonly callMs: readonly number[];
}

export interface RestLoads {
  /** A route of the same server that does nothing: what HTTP itself takes. */
  readonly bare: RestLoad;
  readonly search: RestLoad;
  readonly history: RestLoad;
  readonly message: RestLoad;
}

/** So many people call at a time, each one call after another. */
export const callersAtOnce = 16;

/** Calls the REST API of a program that has no limits: so many calls of each route, after some that are not counted. */
export async function measureRest(origin: string, calls: number): Promise<RestLoads> {
  const people = Array.from({ length: callersAtOnce }, (_, index) => `bench-${index}`);
  const sessions = await Promise.all(people.map((person) => beginSession(origin, person)));
  const questionOf = (call: number) => benchQuestions[call % benchQuestions.length] ?? '';
  const measure = async (request: (caller: number, call: number) => Promise<Response>) => {
    await callAll(request, Math.ceil(calls / 5));
    return callAll(request, calls);
  };
  // First, since there is no history before.
  const message = await measure((caller, call) =>
    post(`${origin}/api/v1/chat/message`, people[caller], {
      sessionId: sessions[caller],
      message: questionOf(call),
    }),
  );
  const history = await measure((caller) =>
    get(`${origin}/api/v1/chat/history/${sessions[caller]}?limit=20`, people[caller]),
  );
  const search = await measure((caller, call) =>
    get(
      `${origin}/api/v1/knowledge/search?q=${encodeURIComponent(questionOf(call))}`,
      people[caller],
    ),
  );
  const bare = await measure((caller) => get(`${origin}/health/live`, people[caller]));
  return { bare, search, history, message };
}

/** Each caller takes the next call as soon as its last one was answered. */
async function callAll(
  request: (caller: number, call: number) => Promise<Response>,
  calls: number,
): Promise<RestLoad> {
  const callMs: number[] = [];
  let next = 0;
  const work = async (caller: number) => {
    while (next < calls) {
      const call = next;
      next += 1;
      const startedMs = performance.now();
      const response = await request(caller, call);
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${response.url} answered ${response.status}`);
      callMs.push(performance.now() - startedMs);
    }
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: callersAtOnce }, (_, caller) => work(caller)));
  return { callMs, callsPerSecond: calls / ((performance.now() - startedMs) / 1_000) };
}

async function beginSession(origin: string, person: string): Promise<string> {
  const response = await post(`${origin}/api/v1/chat/session`, person, {});
  return ((await response.json()) as NewSession).sessionId;
}

function get(address: string, person = ''): Promise<Response> {
  return fetch(address, { headers: { 'x-local-person': person } });
}

function post(address: string, person: string | undefined, body: object): Promise<Response> {
  return fetch(address, {
    method: 'POST',
    headers: { 'x-local-person': person ?? '', 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
