import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Request, Response, Server } from 'restify';
import { createLateFile, sendStaticFile } from '#api/static-files.ts';
import { type SignInSources, sendPage } from '#api/web-pages.ts';

const ownFiles = [
  'alerts.js',
  'chart-definitions.js',
  'charts.js',
  'connection.js',
  'dashboard.css',
  'dashboard.js',
  'figures.js',
  'format.js',
  'limits.js',
  'parts.css',
  'reviews.js',
] as const;

/** Serves the dashboard's page and its files, Chart.js among them, all from our own disk; the page holds no figures. */
export function attachDashboardPage(
  server: Server,
  {
    webFolder,
    signIn,
  }: { readonly webFolder: string; readonly signIn?: SignInSources | undefined },
): void {
  const folder = join(webFolder, 'monitoring');
  const chartFolder = dirname(fileURLToPath(import.meta.resolve('chart.js')));
  const files = new Map([
    ...ownFiles.map((name) => [name, createLateFile(join(folder, name))] as const),
    ['chart.js', createLateFile(join(chartFolder, 'chart.umd.min.js'))] as const,
  ]);
  for (const [name, read] of files)
    server.get(`/monitoring/${name}`, async (request: Request, response: Response) => {
      const file = read();
      if (file === undefined) response.sendRaw(404, '', { 'Content-Type': 'text/plain' });
      else await sendStaticFile(request, response, file);
    });
  server.get('/monitoring/dashboard', async (request: Request, response: Response) => {
    const html = readFileSync(join(folder, 'dashboard.html'), 'utf8').replaceAll(
      '{{sign-in}}',
      signIn === undefined ? 'off' : 'on',
    );
    sendPage(response, { html, policy: policyFor(request, (await signIn?.origins()) ?? []) });
  });
}

/** Our own scripts and styles alone, and calls to this server alone; charts need neither eval nor inline styles. */
function policyFor({ headers }: Request, issuerOrigins: readonly string[]): string {
  const host = /^[\w.[\]:-]+$/.test(headers.host ?? '') ? headers.host : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    // For older browsers, to whom 'self' means https and not wss.
    `connect-src ${["'self'", ...issuerOrigins].join(' ')}${host ? ` ws://${host} wss://${host}` : ''}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
