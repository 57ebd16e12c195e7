import { isIP } from 'node:net';
import { MentorError } from '#errors.ts';

/** A container of Blob storage, or a folder of one. */
export interface ContainerAddress {
  /** Absent: the account that the settings name. */
  readonly accountUrl?: string;
  readonly containerName: string;
  /** Without a slash at its ends; empty for the whole container. */
  readonly folder: string;
}

/**
 * Reads `az://container/folder` or `https://account.blob.core.windows.net/container/folder`; `undefined` for what is no
 * address but a path. Throws `config-invalid` for an address that names no container.
 */
export function readContainerAddress(text: string): ContainerAddress | undefined {
  if (!/^(?:az|https?):\/\//i.test(text)) return undefined;
  const url = URL.parse(text);
  /** What follows the question mark may open the account to whoever reads a log: it is not repeated. */
  if (url === null || url.search !== '' || url.username !== '')
    throw invalid(
      'An address of a container is written without a key or a question mark; put a shared access signature into AZURE_STORAGE_CONNECTION_STRING.',
    );
  const parts = decode(text, url.pathname);
  if (url.protocol === 'az:') return toAddress(text, [url.host, ...parts], undefined);
  /** An emulator, and an account behind an IP address, has its name in the path. */
  const isPathStyle = url.hostname === 'localhost' || isIP(url.hostname) !== 0;
  const account = isPathStyle ? `${url.origin}/${parts.shift() ?? ''}` : url.origin;
  return toAddress(text, parts, account);
}

/** https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
export const containerNamePattern = /^(?:\$root|\$web|[a-z0-9](?:[a-z0-9]|-(?=[a-z0-9])){2,62})$/;

function decode(text: string, pathname: string): string[] {
  try {
    return pathname.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    throw invalid(`${text} is no address: write a percent sign as %25.`);
  }
}

function toAddress(
  text: string,
  [name = '', ...folders]: readonly string[],
  accountUrl: string | undefined,
): ContainerAddress {
  if (!containerNamePattern.test(name))
    throw invalid(
      `${text} names no container; write az://container, or https://account.blob.core.windows.net/container.`,
    );
  return {
    containerName: name,
    folder: folders.join('/'),
    ...(accountUrl !== undefined && { accountUrl }),
  };
}

function invalid(message: string): MentorError {
  return new MentorError('config-invalid', message, {
    details: { setting: 'AZURE_STORAGE_KNOWLEDGE_CONTAINER' },
  });
}
