import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type {
  HeldTurn,
  QueuedTurn,
  RunTurn,
  TurnEnd,
  TurnQueue,
} from '#services/turn-queue/port.ts';

export interface TurnQueueFixture {
  /** Opens the queue once more, as another process would. */
  open(): Promise<TurnQueue>;
  clean(): Promise<void>;
}

const done: TurnEnd = { kind: 'done' };
const room = { concurrency: 8 };

function turn(id: string, changes: Partial<QueuedTurn> = {}): QueuedTurn {
  return { id, line: 'line-1', edge: 'test', payload: { text: id }, ...changes };
}

/** Runs turns as told and keeps what it saw. */
function createRunner(end: (turn: HeldTurn) => TurnEnd | Promise<TurnEnd> = () => done) {
  const seen: HeldTurn[] = [];
  const listeners = new Set<() => void>();
  const run: RunTurn = async (held) => {
    seen.push(held);
    for (const notify of listeners) notify();
    return await end(held);
  };
  return {
    run,
    seen,
    ids: () => seen.map(({ id }) => id),
    /** Resolves once so many runs have begun. */
    async until(count: number): Promise<void> {
      while (seen.length < count)
        await new Promise<void>((resolve) => {
          const notify = () => {
            listeners.delete(notify);
            resolve();
          };
          listeners.add(notify);
        });
    },
  };
}

/** What every turn queue promises. */
export function describeTurnQueue(
  name: string,
  createFixture: () => Promise<TurnQueueFixture>,
): void {
  describe(name, () => {
    const cleanings: (() => Promise<unknown>)[] = [];
    after(async () => {
      for (const clean of cleanings.toReversed()) await clean();
    });
    const fixture = async () => {
      const made = await createFixture();
      cleanings.push(made.clean);
      return {
        async open() {
          const queue = await made.open();
          let isClosed = false;
          const close = async () => {
            if (isClosed) return;
            isClosed = true;
            await queue.stop();
            await queue.close();
          };
          cleanings.push(close);
          return Object.assign(queue, { end: close });
        },
      };
    };

    it('runs an accepted turn with all that was kept of it', async () => {
      const queue = await (await fixture()).open();
      const runner = createRunner();
      queue.start(runner.run, room);
      assert.equal(
        await queue.accept(turn('a', { person: 'ada', payload: { n: [1, 'é'] } })),
        'accepted',
      );
      await runner.until(1);
      const [held] = runner.seen;
      assert.deepEqual(held?.payload, { n: [1, 'é'] });
      assert.deepEqual(
        [held?.id, held?.line, held?.edge, held?.person, held?.attempt],
        ['a', 'line-1', 'test', 'ada', 1],
      );
      assert.equal(held?.progress, undefined);
    });

    it('runs a turn once that was accepted twice, also after its end', async () => {
      const queue = await (await fixture()).open();
      const runner = createRunner();
      await queue.accept(turn('a'));
      await queue.accept(turn('a'));
      queue.start(runner.run, room);
      await runner.until(1);
      await queue.accept(turn('a'));
      await queue.accept(turn('b'));
      await runner.until(2);
      assert.deepEqual(runner.ids(), ['a', 'b']);
    });

    it('runs the turns of a line one after another, and other lines meanwhile', async () => {
      const queue = await (await fixture()).open();
      const gate = Promise.withResolvers<void>();
      let running = 0;
      const runner = createRunner(async ({ line, id }) => {
        if (line === 'other') return done;
        running += 1;
        assert.equal(running, 1);
        if (id === 'a') await gate.promise;
        running -= 1;
        return done;
      });
      queue.start(runner.run, room);
      for (const id of ['a', 'b', 'c']) await queue.accept(turn(id));
      await queue.accept(turn('x', { line: 'other' }));
      await runner.until(2);
      assert.deepEqual(runner.ids().toSorted(), ['a', 'x']);
      gate.resolve();
      await runner.until(4);
      assert.deepEqual(runner.ids().slice(2), ['b', 'c']);
    });

    it('runs no more lines at a time than it may', async () => {
      const queue = await (await fixture()).open();
      let running = 0;
      let most = 0;
      const runner = createRunner(async () => {
        running += 1;
        most = Math.max(most, running);
        await wait(20);
        running -= 1;
        return done;
      });
      for (let n = 0; n < 6; n += 1) await queue.accept(turn(`t${n}`, { line: `line-${n}` }));
      queue.start(runner.run, { concurrency: 2 });
      await runner.until(6);
      assert.equal(most, 2);
    });

    it('runs a turn again after its wait, before those behind it', async () => {
      const queue = await (await fixture()).open();
      const runner = createRunner(({ id, attempt }) =>
        id === 'a' && attempt < 3 ? { kind: 'retry', afterMs: 30.5 } : done,
      );
      queue.start(runner.run, room);
      await queue.accept(turn('a'));
      await queue.accept(turn('b'));
      await runner.until(4);
      assert.deepEqual(runner.ids(), ['a', 'a', 'a', 'b']);
      assert.deepEqual(
        runner.seen.map(({ attempt }) => attempt),
        [1, 2, 3, 1],
      );
    });

    it('gives the next run what the one before it kept, and the next turn nothing of it', async () => {
      const queue = await (await fixture()).open();
      const runner = createRunner(async (held) => {
        if (held.id !== 'a' || held.attempt > 1) return done;
        await held.keep({ sent: ['one'] });
        await held.keep({ sent: ['one', 'two'] });
        return { kind: 'retry', afterMs: 1 };
      });
      queue.start(runner.run, room);
      await queue.accept(turn('a'));
      await queue.accept(turn('b'));
      await runner.until(3);
      assert.deepEqual(
        runner.seen.map(({ progress }) => progress),
        [undefined, { sent: ['one', 'two'] }, undefined],
      );
    });

    it('sets a turn aside, goes on with those behind it, and runs it again when told to', async () => {
      const queue = await (await fixture()).open();
      const reason = { code: 'data-unavailable', message: 'The channel refused it.' };
      let isHopeless = true;
      const runner = createRunner(({ id }) =>
        id === 'a' && isHopeless ? { kind: 'dead', reason } : done,
      );
      queue.start(runner.run, room);
      await queue.accept(turn('a', { payload: { text: 'a secret wish' } }));
      await queue.accept(turn('b'));
      await runner.until(2);
      const dead = await queue.listDead();
      assert.deepEqual(
        dead.map(({ id, edge, reason: why }) => ({ id, edge, why })),
        [{ id: 'a', edge: 'test', why: reason }],
      );
      assert.doesNotMatch(JSON.stringify(dead), /secret wish/);
      isHopeless = false;
      assert.equal(await queue.runAgain('unknown'), false);
      assert.equal(await queue.runAgain('a'), true);
      await runner.until(3);
      assert.deepEqual(runner.seen[2]?.payload, { text: 'a secret wish' });
      assert.deepEqual(await queue.listDead(), []);
    });

    it('lets a turn that was set aside go on from where it came to', async () => {
      const queue = await (await fixture()).open();
      const reason = { code: 'internal', message: '' };
      const runner = createRunner(async (held) => {
        if (held.progress !== undefined) return done;
        await held.keep({ answers: ['Begin with Python.'], sent: ['one'] });
        return { kind: 'dead', reason };
      });
      queue.start(runner.run, room);
      await queue.accept(turn('a'));
      await runner.until(1);
      while (!(await queue.runAgain('a'))) await wait(5);
      await runner.until(2);
      assert.deepEqual(runner.seen[1]?.progress, {
        answers: ['Begin with Python.'],
        sent: ['one'],
      });
    });

    it('forgets what was set aside of one person', async () => {
      const queue = await (await fixture()).open();
      const runner = createRunner(() => ({
        kind: 'dead',
        reason: { code: 'internal', message: '' },
      }));
      queue.start(runner.run, room);
      await queue.accept(turn('a', { person: 'ada' }));
      await queue.accept(turn('b', { person: 'bob' }));
      await runner.until(2);
      while ((await queue.listDead()).length < 2) await wait(5);
      assert.equal(await queue.forgetPerson('ada'), 1);
      assert.deepEqual(
        (await queue.listDead()).map(({ id }) => id),
        ['b'],
      );
    });

    it('waits with its stop for what runs, and leaves the rest to another process', async () => {
      const { open } = await fixture();
      const first = await open();
      const gate = Promise.withResolvers<void>();
      const runner = createRunner(async () => {
        await gate.promise;
        return done;
      });
      first.start(runner.run, room);
      await first.accept(turn('a'));
      await first.accept(turn('b'));
      await runner.until(1);
      const stopped = first.stop();
      gate.resolve();
      await stopped;
      assert.deepEqual(runner.ids(), ['a']);
      await first.end();
      const second = await open();
      const other = createRunner();
      second.start(other.run, room);
      await other.until(1);
      assert.deepEqual(other.ids(), ['b']);
    });

    it('hands a turn back to another process with what it kept', async () => {
      const { open } = await fixture();
      const first = await open();
      const stopping = new AbortController();
      const runner = createRunner(async (held) => {
        await held.keep({ answer: 42 });
        await once(stopping.signal, 'abort');
        return { kind: 'handed-back' };
      });
      first.start(runner.run, room);
      await first.accept(turn('a'));
      await runner.until(1);
      const stopped = first.stop();
      await wait(20);
      stopping.abort();
      await stopped;
      await first.end();
      const second = await open();
      const other = createRunner();
      second.start(other.run, room);
      await other.until(1);
      assert.deepEqual(other.seen[0]?.progress, { answer: 42 });
    });

    it('shares its turns among processes: each runs once, and a line stays in its order', async () => {
      const { open } = await fixture();
      const queues = [await open(), await open()];
      const ended: string[] = [];
      const runners = queues.map(() =>
        createRunner(async ({ id }) => {
          await wait(2);
          ended.push(id);
          return done;
        }),
      );
      for (const [index, queue] of queues.entries())
        queue.start(runners[index]?.run ?? (async () => done), { concurrency: 2 });
      const expected: string[] = [];
      for (let n = 0; n < 24; n += 1) {
        const id = `${n % 3}-${String(n).padStart(2, '0')}`;
        expected.push(id);
        await queues[n % 2]?.accept(turn(id, { line: `line-${n % 3}` }));
      }
      while (ended.length < 24) await wait(10);
      assert.deepEqual(ended.toSorted(), expected.toSorted());
      for (const line of ['0', '1', '2']) {
        const inLine = ended.filter((id) => id.startsWith(`${line}-`));
        assert.deepEqual(inLine, inLine.toSorted());
      }
    });

    it('runs what is meant for later no sooner, and holds up nobody with it', async () => {
      const queue = await (await fixture()).open();
      const runner = createRunner();
      const notBefore = new Date(Date.now() + 400);
      queue.start(runner.run, room);
      await queue.accept(turn('later'), { notBefore });
      await queue.accept(turn('now'));
      await runner.until(2);
      assert.deepEqual(runner.ids(), ['now', 'later']);
      assert.ok(Date.now() >= notBefore.getTime() - 5);
    });
  });
}
