import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Next, Request, Response, Server } from 'restify';
import type { KnowledgeDocument, KnowledgeIndex } from '#services/knowledge-index/port.ts';
import { renderArticlePage, renderNotFoundPage } from './article-page.ts';
import {
  createLateFile,
  readStaticFile,
  type StaticFile,
  sendStaticFile,
  versionOf,
} from './static-files.ts';

export interface WebPagesOptions {
  /** The folder web/. */
  readonly webFolder: string;
  readonly index: Pick<KnowledgeIndex, 'getDocument'>;
  /** Origins that may show the chat in a frame, beside our own. */
  readonly allowedOrigins: readonly string[];
  /** How many articles answers come from just now. */
  readonly articleCount: () => number;
  /** Absent: nobody can sign in on the page. */
  readonly signIn?: SignInSources | undefined;
  readonly now?: () => Date;
}

/** What a page must be let call for people to sign in on it. */
export interface SignInSources {
  origins(): Promise<readonly string[]>;
}

/** Everything that is served out of web/ as it stands; nothing else in the folder can be reached. */
const ownFiles = [
  'article.css',
  'card-access.js',
  'cards.css',
  'chat.js',
  'client.js',
  'connection.js',
  'embed.js',
  'favicon.svg',
  'keep-beginning.js',
  'look.js',
  'passage.css',
  'rendering.js',
  'robots.txt',
  'session.js',
  'sign-in-button.js',
  'sign-in.js',
  'stage.js',
  'style.css',
  'subject.js',
  'theme.js',
  'tokens.css',
  'web-chat.css',
] as const;

const bundle = 'vendor/webchat.js';

/**
 * Serves the chat page at `/`, its files, `/embed.js`, a page for each article, and a readable 404 to browsers.
 * Throws where a file of web/ is missing; the Web Chat bundle may come later.
 */
export function attachWebPages(server: Server, options: WebPagesOptions): void {
  const files = readOwnFiles(options.webFolder);
  const readBundle = createLateFile(join(options.webFolder, bundle));
  const chatPage = readFileSync(join(options.webFolder, 'index.html'), 'utf8');
  const addressOf = (file: string): string => {
    const version = (file === bundle ? readBundle() : files.get(file))?.version;
    return version === undefined ? `/${file}` : `/${file}?v=${version}`;
  };
  const notFound = (response: Response) =>
    sendPage(response, { status: 404, html: renderNotFoundPage({ addressOf }) });

  serve(server, '/', async (request, response) => {
    const nonce = randomBytes(16).toString('base64');
    const html = chatPage
      .replaceAll(/\{\{file:([\w./-]+)\}\}/g, (_, file: string) => addressOf(file))
      .replaceAll('{{article-count}}', String(options.articleCount()))
      .replaceAll('{{sign-in}}', options.signIn === undefined ? 'off' : 'on')
      .replaceAll('{{style-nonce}}', nonce);
    const issuerOrigins = (await options.signIn?.origins()) ?? [];
    const { allowedOrigins } = options;
    sendPage(response, {
      html,
      policy: chatPolicy(request, { nonce, allowedOrigins, issuerOrigins }),
    });
  });
  for (const [name, file] of files)
    serve(server, `/${name}`, (request, response) => sendStaticFile(request, response, file));
  serve(server, `/${bundle}`, async (request, response) => {
    const file = readBundle();
    if (file === undefined) notFound(response);
    else await sendStaticFile(request, response, file);
  });
  serve(server, '/articles/:documentId', async (request, response) => {
    const [first, ...rest] = await options.index.getDocument(request.params.documentId);
    if (first === undefined) return notFound(response);
    const passages: [KnowledgeDocument, ...KnowledgeDocument[]] = [first, ...rest];
    const today = options.now?.() ?? new Date();
    sendPage(response, { html: renderArticlePage(passages, { addressOf, today }) });
  });
  server.on('NotFound', (request: Request, response: Response, _error: Error, done: Next) => {
    if (wantsPage(request)) notFound(response);
    done();
  });
}

type Answer = (request: Request, response: Response) => Promise<void>;

/** HEAD is answered by the same code, without the body. */
function serve(server: Server, path: string, answer: Answer): void {
  // Restify looks for the word: a function that merely returns a promise it would wait for in vain.
  const handler = async (request: Request, response: Response) => answer(request, response);
  server.get(path, handler);
  server.head(path, handler);
}

/** All own files share one version: a page then never mixes the scripts of two releases. */
function readOwnFiles(webFolder: string): Map<string, StaticFile> {
  const contents = ownFiles.map((name) => readFileSync(join(webFolder, name)));
  const version = versionOf(...contents);
  const edit = (script: string) =>
    script.replaceAll(/(?<=\bfrom ')\.\/([\w-]+\.js)(?=')/g, `./$1?v=${version}`);
  return new Map(
    ownFiles.map((name) => [
      name,
      readStaticFile(join(webFolder, name), { version, ...(name.endsWith('.js') && { edit }) }),
    ]),
  );
}

interface Page {
  readonly html: string;
  readonly status?: number;
  readonly policy?: string;
}

/** An article needs nothing but our own styles and the script that remembers light or dark. */
const readingPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

/** Sends a page with a policy of its own, or that of one to read. */
export function sendPage(response: Response, page: Page): void {
  response.sendRaw(page.status ?? 200, page.html, {
    'Cache-Control': 'no-store',
    'Content-Length': String(Buffer.byteLength(page.html)),
    'Content-Security-Policy': page.policy ?? readingPolicy,
    'Content-Type': 'text/html; charset=utf-8',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Permissions-Policy':
      'camera=(), display-capture=(), geolocation=(), microphone=(), payment=()',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  });
}

/** The hash of nothing: one part of Web Chat forgets the nonce on a style element that it then fills rule by rule. */
const emptyStyle = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

/**
 * What the chat page may do: run our own scripts, talk to this server, and show its own pictures and those that Web Chat
 * carries within itself. Web Chat writes its styles at run time, for which each answer gives a nonce of its own.
 */
function chatPolicy(
  request: IncomingMessage,
  {
    nonce,
    allowedOrigins,
    issuerOrigins,
  }: {
    readonly nonce: string;
    readonly allowedOrigins: readonly string[];
    readonly issuerOrigins: readonly string[];
  },
): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}' ${emptyStyle}`,
    "img-src 'self' data:",
    `connect-src ${["'self'", ...issuerOrigins].join(' ')}${socketSources(request)}`,
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${["'self'", ...allowedOrigins].join(' ')}`,
  ].join('; ');
}

/** For older browsers, to whom 'self' means https and not wss. */
function socketSources({ headers }: IncomingMessage): string {
  const host = headers.host ?? '';
  return /^(?:[\w.-]+|\[[\da-f:]+\])(?::\d{1,5})?$/i.test(host)
    ? ` ws://${host} wss://${host}`
    : '';
}

/** Programs get the server's usual JSON for what is missing, people a page. */
function wantsPage(request: IncomingMessage): boolean {
  const isReading = request.method === 'GET' || request.method === 'HEAD';
  return isReading && String(request.headers.accept ?? '').includes('text/html');
}
