import { join } from 'node:path';
import { ensurePackageFiles, fetchFailureOf, type PinnedFiles } from './fetch-package-files.ts';

/**
 * The official Web Chat, by exact version. As a dependency it would bring 257 packages and 486 MB for the one file that
 * a browser needs, so that file alone is taken out of the package. To move to another version, change all four lines.
 */
const webChat: PinnedFiles = {
  package: 'botframework-webchat@4.18.1',
  packageSha512:
    '7jpEUJ7olT62Xm+8eh7BhhIcXVfU2xD4pZDaeBt8K4XcNy6K/83UGIxE9BFkXmHMZ4hDEVOzs5cre07GWuaXzg==',
  bundleSha512:
    '/QHdP14QBRIOHw8gBEffy7VpWq0cTaGkr70Sg3ceo6KO0gaHOIWbC7OXB0Rmqp7sV1c/PU5zDh8p23uz8L88+A==',
  files: ['dist/webchat.js', 'dist/webchat.js.LICENSE.txt'],
};

/** What to tell somebody whose chat page has no Web Chat. */
export const fetchWebChatCommand = 'npm run postinstall';

/** Makes sure that web/vendor/ holds the Web Chat bundle and its licences; see `ensurePackageFiles`. */
export function ensureWebChat(
  vendorFolder: string = join(import.meta.dirname, 'vendor'),
): Promise<boolean> {
  return ensurePackageFiles(webChat, vendorFolder);
}

if (import.meta.main) {
  try {
    if (await ensureWebChat())
      process.stdout.write(`Fetched ${webChat.package} for the chat page.\n`);
  } catch (error) {
    // The rest works without it, so an installation without a network goes on.
    process.stderr.write(
      `The chat page has no Web Chat yet: ${webChat.package} could not be fetched (${fetchFailureOf(error)}).\n` +
        `Run "${fetchWebChatCommand}" once there is a network; everything else works meanwhile.\n`,
    );
  }
}
