import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Runs before the tests: they need Chromium, which Debian has as a package. Elsewhere it says how to get one. */
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

function hasBrowser(): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return (
    existsSync(process.env['CHROMIUM_PATH'] ?? '') ||
    names.some((name) => folders.some((folder) => existsSync(join(folder, name))))
  );
}

if (!hasBrowser()) {
  const canInstall = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (canInstall) {
    const apt = (...words: string[]) =>
      spawnSync('apt-get', ['-qq', ...words], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    apt('update');
    apt('install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core');
  }
  if (!hasBrowser())
    process.stdout.write(
      'No Chromium was found: the browser tests will be skipped. Install Chromium or Chrome, or name one with CHROMIUM_PATH=/path/to/chromium.\n',
    );
}
