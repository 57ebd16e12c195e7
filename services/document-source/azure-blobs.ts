import type { BlobItem, ContainerClient } from '@azure/storage-blob';
import { BlobServiceClient } from '@azure/storage-blob';
import { MentorError } from '#errors.ts';
import {
  type BlobAccess,
  type BlobContainer,
  openBlobContainer,
} from '#services/azure/blob-container.ts';
import { httpStatusOf } from '#services/azure/to-store-error.ts';
import type { DocumentSource, SourceFile } from './port.ts';

export interface BlobDocumentSourceOptions {
  readonly access: BlobAccess;
  readonly containerName: string;
  /** Only the blobs below this folder, such as `guides/2026`. */
  readonly folder?: string;
  /** How many blobs one page of the list may hold; the service gives 5,000 at most. */
  readonly pageSize?: number;
  /** How long one page of the list, or one blob, may take. */
  readonly timeoutMs?: number;
}

/**
 * The blobs of a container, which must be there. A blob's version is its eTag, so that one that was not written since need
 * not be read; its address is told only where the container lets anybody read it.
 */
export function createBlobDocumentSource(options: BlobDocumentSourceOptions): DocumentSource {
  const { access, containerName, folder = '', pageSize = 5_000, timeoutMs = 120_000 } = options;
  const prefix = folder === '' ? '' : `${folder}/`;
  const container = openBlobContainer({ access, containerName, timeoutMs, mustExist: true });
  const name = [accountUrlOf(access), containerName, folder].filter(Boolean).join('/');
  return {
    name,
    async list({ signal } = {}) {
      try {
        const isPublic = await isPublicContainer(container);
        const files: SourceFile[] = [];
        for await (const { blob, url } of listBlobs(container, { prefix, pageSize })) {
          signal?.throwIfAborted();
          const path = blob.name.slice(prefix.length);
          if (path !== '') files.push(toSourceFile(blob, path, isPublic ? url : undefined));
        }
        return files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
      } catch (error) {
        throw missingContainer(error, name) ?? error;
      }
    },
    async read(path, { signal } = {}) {
      return await container.run('reading from', async (client, deadline) => {
        const abortSignal = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
        return await client
          .getBlobClient(prefix + path)
          .downloadToBuffer(0, undefined, { abortSignal });
      });
    },
  };
}

/** The address of the account, without what would open it. */
export function accountUrlOf(access: BlobAccess): string {
  const url =
    'accountUrl' in access
      ? access.accountUrl
      : BlobServiceClient.fromConnectionString(access.connectionString).url;
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`.replace(/\/+$/, '');
}

async function* listBlobs(
  container: BlobContainer,
  { prefix, pageSize }: { readonly prefix: string; readonly pageSize: number },
): AsyncGenerator<{ blob: BlobItem; url: string }> {
  let continuationToken: string | undefined;
  do {
    const { page, client } = await container.run('listing', async (client, abortSignal) => {
      const pages = client
        .listBlobsFlat({ prefix, abortSignal })
        .byPage({ maxPageSize: pageSize, ...(continuationToken && { continuationToken }) });
      return { page: (await pages.next()).value, client };
    });
    for (const blob of page?.segment.blobItems ?? []) {
      const { origin, pathname } = new URL(client.getBlobClient(blob.name).url);
      yield { blob, url: `${origin}${pathname}` };
    }
    continuationToken = page?.continuationToken;
  } while (continuationToken);
}

function toSourceFile({ properties }: BlobItem, path: string, url: string | undefined): SourceFile {
  return {
    path,
    sizeBytes: properties.contentLength ?? 0,
    version: properties.etag,
    ...(url !== undefined && { url }),
  };
}

async function isPublicContainer(container: BlobContainer): Promise<boolean> {
  return await container.run('looking at', async (client: ContainerClient, abortSignal) => {
    try {
      const { blobPublicAccess } = await client.getProperties({ abortSignal });
      return blobPublicAccess !== undefined;
    } catch (error) {
      /** Whoever may read the blobs need not be allowed to look at the container. */
      if (httpStatusOf(error) === 403) return false;
      throw error;
    }
  });
}

function missingContainer(error: unknown, name: string): MentorError | undefined {
  if (!(error instanceof MentorError) || error.details['status'] !== 404) return undefined;
  return new MentorError(
    'data-unavailable',
    `There is no container ${name}. Correct the address given to npm run ingest, or AZURE_STORAGE_KNOWLEDGE_CONTAINER.`,
    { cause: error, details: { ...error.details, setting: 'AZURE_STORAGE_KNOWLEDGE_CONTAINER' } },
  );
}
