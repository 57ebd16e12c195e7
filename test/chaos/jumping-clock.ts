import { readFileSync } from 'node:fs';

/**
 * Loaded before the program (`node --import`), it sets the program's wall clock as an operator would in the middle of its work:
 * to the right time plus the milliseconds that the file CLOCK_OFFSET_FILE holds. What only counts time that has passed
 * (`performance.now`, timers) is left alone, as it is by the real thing.
 */
const path = process.env['CLOCK_OFFSET_FILE'] ?? '';
const lookEveryMs = 10;
const RealDate = Date;
let offsetMs = 0;

const look = () => {
  try {
    offsetMs = Number(readFileSync(path, 'utf8')) || 0;
  } catch {
    // Nobody has set it yet.
  }
};
const now = () => RealDate.now() + offsetMs;

look();
setInterval(look, lookEveryMs).unref();

globalThis.Date = new Proxy(RealDate, {
  construct: (target, values: unknown[], made) =>
    Reflect.construct(target, values.length === 0 ? [now()] : values, made) as object,
  apply: () => new RealDate(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
