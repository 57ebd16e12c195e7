import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Request, Response, Server } from 'restify';
import { createLateFile, readStaticFile, type StaticFile, sendStaticFile } from './static-files.ts';
import { sendPage } from './web-pages.ts';

export interface DocumentationOptions {
  /** The folder web/. */
  readonly webFolder: string;
  /** The file openapi.json. */
  readonly openApiFile: string;
}

const ownFiles = ['docs.css', 'redoc.js', 'swagger.js'] as const;
const swaggerFiles = ['swagger-ui-bundle.js', 'swagger-ui.css'] as const;
const redocFile = 'redoc.standalone.js';

/** Serves `/openapi.json`, `/docs` (Swagger UI) and `/redoc` from our own files alone; what they need is read when first asked for. */
export function attachDocumentation(server: Server, options: DocumentationOptions): void {
  const docs = join(options.webFolder, 'docs');
  const swagger = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
  const files = new Map<string, () => StaticFile | undefined>([
    ...ownFiles.map((name) => [name, createLateFile(join(docs, name))] as const),
    ...swaggerFiles.map((name) => [name, createLateFile(join(swagger, name))] as const),
    [
      redocFile,
      createLateFile(join(options.webFolder, 'vendor', redocFile), { edit: withoutForeignPicture }),
    ],
  ]);
  let openApi: StaticFile | undefined;
  server.get('/openapi.json', async (request: Request, response: Response) => {
    openApi ??= readStaticFile(options.openApiFile);
    await sendStaticFile(request, response, openApi);
  });
  for (const [name, read] of files)
    server.get(`/docs/${name}`, async (request: Request, response: Response) => {
      const file = read();
      if (file !== undefined) return sendStaticFile(request, response, file);
      // The page itself says what is missing.
      response.sendRaw(404, '', { 'Content-Type': 'text/javascript; charset=utf-8' });
    });
  for (const [path, page] of [
    ['/docs', 'swagger.html'],
    ['/redoc', 'redoc.html'],
  ] as const)
    server.get(path, async (_request: Request, response: Response) => {
      sendPage(response, { html: readFileSync(join(docs, page), 'utf8'), policy });
    });
}

/** Redoc shows its maker's sign, which it would fetch from its maker. */
function withoutForeignPicture(bundle: string): string {
  return bundle.replaceAll(
    'https://cdn.redoc.ly/redoc/logo-mini.svg',
    'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==',
  );
}

/**
 * Both draw pictures that they carry within themselves and call this server alone. Redoc fills style elements rule by rule,
 * which begin as nothing (the first hash); the second is of the one that it writes as text.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
