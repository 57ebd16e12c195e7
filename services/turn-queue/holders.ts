import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** Of this run of the program: its number may come again, this does not. */
const processName = randomUUID();
let holders = 0;

/** Names one that holds turns, across all processes. */
export function createHolder(): string {
  holders += 1;
  return JSON.stringify([hostname(), process.pid, processName, holders]);
}

/** Whether a holder's process was one of this machine and has ended; of another machine nobody here can say. */
export function isGone(holder: string): boolean {
  const [host, processId, name] = JSON.parse(holder) as [string, number, string, number];
  if (host !== hostname() || name === processName) return false;
  // The same number under another name: this process's predecessor, as in a container that was started again.
  if (processId === process.pid) return true;
  try {
    process.kill(processId, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
