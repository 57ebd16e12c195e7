import type { AskedTurn, Person, SaidMessage } from './people.ts';

/** How the turns of a run ended. */
export interface Verdict {
  readonly accepted: number;
  readonly answered: number;
  /** Told that it could not be answered. */
  readonly apologised: number;
  /** Came more than once though it has a name: an answer that grew, and in the web page any message. */
  readonly repeated: number;
  /**
   * Messages that went out again because a process died before it had the channel's answer, in channels that can neither be
   * asked nor take a message under a name.
   */
  readonly sentAgain: number;
  /** Neither answer nor apology. */
  readonly lost: number;
}

/** A turn that did not end as it should, with all that came back for it. */
export interface Offence {
  readonly kind: 'lost' | 'repeated' | 'wrong record';
  readonly conversationKey: string;
  readonly activityId: string;
  readonly details: readonly string[];
}

const apology = /could not answer|try that once more|cannot reach my|please ask again/i;
const shownLength = 90;

export const noTurns: Verdict = {
  accepted: 0,
  answered: 0,
  apologised: 0,
  repeated: 0,
  sentAgain: 0,
  lost: 0,
};

/** Judges what came back for a turn. */
export function judgeTurn({ isOwed }: AskedTurn, said: readonly SaidMessage[]): Verdict {
  const answers = said.filter(({ isAnswer }) => isAnswer);
  const isAnswered = answers.length > 0;
  const isToldSo = !isAnswered && said.some(({ text }) => apology.test(text));
  const others = said.filter(({ isAnswer }) => !isAnswer);
  const twice = [
    ...(answers.length > 1 ? answers : []),
    ...others.filter(({ text }, index) => others.findIndex((one) => one.text === text) < index),
  ];
  const isAvoidable = twice.some(({ isNamed }) => isNamed);
  return {
    accepted: Number(isOwed),
    answered: Number(isAnswered),
    apologised: Number(isToldSo),
    repeated: Number(isAvoidable),
    sentAgain: Number(twice.length > 0 && !isAvoidable),
    lost: Number(isOwed && !isAnswered && !isToldSo),
  };
}

/** Judges all that came back for one person, and names the turns that did not end as they should. */
export function judgePerson(
  person: Pick<Person, 'asked'>,
  replies: ReadonlyMap<string, readonly SaidMessage[]>,
): { readonly verdict: Verdict; readonly offences: readonly Offence[] } {
  const verdicts: Verdict[] = [];
  const offences: Offence[] = [];
  for (const turn of person.asked) {
    const said = replies.get(turn.activityId) ?? [];
    const verdict = judgeTurn(turn, said);
    verdicts.push(verdict);
    const { conversationKey, activityId } = turn;
    for (const kind of ['lost', 'repeated'] as const)
      if (verdict[kind] > 0)
        offences.push({ kind, conversationKey, activityId, details: said.map(describe) });
  }
  return { verdict: sumUp(verdicts), offences };
}

/** Asks everybody what came back for them, and judges it. Rejects where that cannot be read just now. */
export async function judgeEverybody(
  everybody: readonly Person[],
  anyOrigin: () => string,
): Promise<{ readonly verdict: Verdict; readonly offences: readonly Offence[] }> {
  const judged = await Promise.all(
    everybody.map(async (person) => judgePerson(person, await person.replies(anyOrigin()))),
  );
  return {
    verdict: sumUp(judged.map(({ verdict }) => verdict)),
    offences: judged.flatMap(({ offences }) => offences),
  };
}

function sumUp(verdicts: readonly Verdict[]): Verdict {
  const total = { ...noTurns };
  for (const verdict of verdicts)
    for (const name of Object.keys(total) as (keyof Verdict)[]) total[name] += verdict[name];
  return total;
}

function describe({ id, text, isAnswer, isNamed }: SaidMessage): string {
  const start = text.replaceAll(/\s+/g, ' ').slice(0, shownLength);
  return `${isNamed ? '' : 'nameless '}${isAnswer ? 'answer' : 'message'} ${id}: ${start}`;
}
