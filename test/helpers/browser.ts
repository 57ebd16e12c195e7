import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const usualPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const executablePath = findChromium();

/**
 * For a test's `skip` option: why it cannot run here, or false where it can. On CI nothing is skipped: there the missing
 * browser is the failure.
 */
export const skipWithoutBrowser: string | false =
  executablePath !== undefined || process.env['CI'] !== undefined
    ? false
    : 'there is no Chromium; install Chromium or Chrome, or name one with CHROMIUM_PATH=/path/to/chromium';

function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = [
    process.env['CHROMIUM_PATH'] ?? '',
    ...folders.flatMap((folder) => names.map((name) => join(folder, name))),
    ...usualPlaces,
  ];
  return candidates.find((candidate) => candidate !== '' && existsSync(candidate));
}

/** Starts a headless browser that needs no display, no GPU and no sandbox of its own. */
export function startBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('There is no Chromium');
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
}

/** One person at one browser, with all that went wrong in it. */
export interface Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors in the console, violations of the content policy, uncaught exceptions, and requests to any other host. */
  readonly troubles: readonly string[];
}

/** Opens a fresh browser profile, and writes down everything in it that should not happen. */
export async function openVisitor(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(?:https?|wss?):$/.test(url.protocol) && url.host !== new URL(origin).host)
      troubles.push(`request to ${url.host}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !isKnown(message.text()))
      troubles.push(`console: ${message.text()}`);
  });
  return { context, page, troubles };
}

/**
 * Web Chat 4.18 complains of each Action.ToggleVisibility, in two lines of which the second is the minified name of the
 * action's class, although Adaptive Cards has done what it asks for.
 */
function isKnown(text: string): boolean {
  return text.includes('received unknown action from Adaptive Cards') || /^\w{2}$/.test(text);
}

/** The messages as they are seen, without Web Chat's doubles of them for screen readers. */
export function transcriptOf(page: Page) {
  return page.locator('.webchat__basic-transcript__activity-body');
}

/** The line of the newest answer's card that opens and closes the passage of its first source. */
export function firstSourceOf(page: Page) {
  return page.getByRole('button', { name: /^1 .*show or hide the passage/ }).last();
}

export function composerOf(page: Page) {
  return page.getByPlaceholder('Ask about your career');
}

/** Writes a message and sends it. */
export async function say(page: Page, text: string): Promise<void> {
  await composerOf(page).fill(text);
  await composerOf(page).press('Enter');
}
