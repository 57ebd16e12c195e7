import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readEnvironment } from '#composition/settings.ts';
import { buildTeamsPackage } from './build-package.ts';

const usage = `Builds the Teams app package out of MicrosoftAppId and PUBLIC_URL.

  npm run package:teams -- --developer "Contoso" --privacy-url https://... --terms-url https://...

  --developer     who offers the bot, as Teams shows it (default: Career Mentor)
  --privacy-url   page with your privacy statement (default: PUBLIC_URL)
  --terms-url     page with your terms of use (default: PUBLIC_URL)
`;

const root = join(import.meta.dirname, '..');

try {
  const { values } = parseArgs({
    options: {
      developer: { type: 'string', default: 'Career Mentor' },
      'privacy-url': { type: 'string' },
      'terms-url': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) process.stdout.write(usage);
  else {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    const zip = buildTeamsPackage({
      ...readAddress(),
      version,
      developer: values.developer,
      privacyUrl: values['privacy-url'],
      termsUrl: values['terms-url'],
    });
    const folder = join(import.meta.dirname, 'build');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'career-mentor.zip'), zip);
    process.stdout.write('Built and validated appPackage/build/career-mentor.zip\n');
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}

function readAddress(): { appId: string; publicUrl: string } {
  const environment = readEnvironment();
  const appId = environment['MicrosoftAppId']?.trim() ?? '';
  const publicUrl = (environment['PUBLIC_URL']?.trim() ?? '').replace(/\/+$/, '');
  const mistakes = [
    ...(appId === '' ? ['MicrosoftAppId: set it to the app id of the Azure Bot.'] : []),
    ...(publicUrl.startsWith('https://') && URL.canParse(publicUrl)
      ? []
      : ['PUBLIC_URL: set it to the https address at which Azure reaches this server.']),
  ];
  if (mistakes.length > 0)
    throw new Error(
      `The package cannot be built:\n${mistakes.map((line) => `  - ${line}`).join('\n')}`,
    );
  return { appId, publicUrl };
}
