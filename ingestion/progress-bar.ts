/** Shows how far a long work is; nothing where nobody watches. */
export interface ProgressBar {
  readonly show: (done: number, total: number) => void;
  /** Takes the bar off the screen. */
  readonly close: () => void;
}

/** A progress bar on the terminal; none where the output goes to a file or another program. */
export async function openProgressBar(name: string): Promise<ProgressBar> {
  if (!process.stdout.isTTY) return { show: () => {}, close: () => {} };
  const { default: cliProgress } = await import('cli-progress');
  const bar = new cliProgress.SingleBar({
    format: '{name} [{bar}] {value}/{total} documents, {eta_formatted} left',
    stream: process.stdout,
    hideCursor: true,
    clearOnComplete: true,
  });
  let isShown = false;
  return {
    show(done, total) {
      if (isShown) bar.update(done);
      else bar.start(total, done, { name });
      isShown = true;
    },
    close() {
      if (isShown) bar.stop();
    },
  };
}
