import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Request, Response, Server } from 'restify';
import { sendProblem } from '#api/problem.ts';
import { createLateFile, sendStaticFile } from '#api/static-files.ts';
import { sendPage } from '#api/web-pages.ts';
import { toMentorError } from '#errors.ts';
import type { WebSignIn } from './web-sign-in.ts';

/** Serves `/sign-in`, the page to which the issuer sends people back, and what pages need to know to send them there. */
export function attachSignInPage(
  server: Server,
  { webFolder, webSignIn }: { readonly webFolder: string; readonly webSignIn: WebSignIn },
): void {
  const script = createLateFile(join(webFolder, 'sign-in-page.js'));
  server.get('/sign-in', async (_request: Request, response: Response) => {
    const html = readFileSync(join(webFolder, 'sign-in.html'), 'utf8');
    sendPage(response, { html, policy: policyFor(await webSignIn.origins()) });
  });
  server.get('/sign-in/page.js', async (request: Request, response: Response) => {
    const file = script();
    if (file === undefined) response.sendRaw(404, '', { 'Content-Type': 'text/plain' });
    else await sendStaticFile(request, response, file);
  });
  server.get('/sign-in/settings', async (request: Request, response: Response) => {
    try {
      const body = JSON.stringify(await webSignIn.describe());
      response.sendRaw(200, body, {
        'Content-Type': 'application/json',
        'Content-Length': String(Buffer.byteLength(body)),
        'Cache-Control': 'no-store',
      });
    } catch (error) {
      sendProblem(response, toMentorError(error), String(request.headers['x-request-id']));
    }
  });
}

/** It runs our own scripts and calls the issuer; nobody may show it in a frame. */
function policyFor(issuerOrigins: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${issuerOrigins.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
