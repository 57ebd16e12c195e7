import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Runs before the tests: what they need beside npm's packages Debian has. Elsewhere it says how to get it. */
const tools = [
  {
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    given: process.env['CHROMIUM_PATH'],
    packages: ['chromium', 'fonts-dejavu-core'],
    without:
      'No Chromium was found: the browser tests will be skipped. Install Chromium or Chrome, or name one with CHROMIUM_PATH=/path/to/chromium.',
  },
  {
    names: ['redis-server'],
    given: undefined,
    packages: ['redis-server'],
    without:
      'No redis-server was found: the Redis tests will be skipped. Install Redis 7 or newer.',
  },
  {
    names: ['openssl'],
    given: undefined,
    packages: ['openssl'],
    without: 'No openssl was found: the tests over TLS will be skipped. Install OpenSSL.',
  },
] as const;

const folders = (process.env['PATH'] ?? '').split(delimiter);
const isMissing = ({ names, given }: (typeof tools)[number]) =>
  !existsSync(given ?? '') &&
  !names.some((name) => folders.some((folder) => existsSync(join(folder, name))));

const missing = tools.filter(isMissing);
if (missing.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
  const apt = (...words: string[]) =>
    spawnSync('apt-get', ['-qq', ...words], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...missing.flatMap(({ packages }) => packages));
}
for (const { without } of tools.filter(isMissing)) process.stdout.write(`${without}\n`);
