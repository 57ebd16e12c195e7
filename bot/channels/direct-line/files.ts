import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { contentTypeFor, extensionFor } from './file-types.ts';
import type { PublicAddress } from './origins.ts';
import { DirectLineError, directLineRoot } from './protocol.ts';

export interface StoredFile {
  readonly content: Readable;
  readonly contentType: string;
  readonly name: string;
  readonly sizeBytes: number;
}

/** What people attach, kept in a folder and read only through addresses that are signed and expire. */
export interface FileStore {
  /** Keeps a file; resolves to the reference that stands for it in the log. Throws DirectLineError 413 or 415 and then keeps nothing. */
  save(file: {
    readonly userId: string;
    readonly name: string;
    readonly contentType: string;
    /** Ends early, with `truncated` set, where the file is over the limit. */
    readonly content: Readable & { readonly truncated?: boolean };
  }): Promise<string>;
  /** An address for the reference, good for one to two hours; any other URL comes back as it is. */
  toUrl(reference: string, address: PublicAddress): string;
  /** The file at an address; `undefined` where the signature is not ours, has expired, or the file is gone. */
  open(path: string, query: URLSearchParams): Promise<StoredFile | undefined>;
  remove(reference: string): Promise<void>;
  deleteUser(userId: string): Promise<void>;
}

/** Path below which the files are served. */
export const filesRoot = `${directLineRoot}/files/`;

const referencePrefix = 'direct-line-file:';
const hourSeconds = 60 * 60;

/** Creates the store in a folder that it alone uses, with a folder for each person inside. */
export function createFileStore({
  folder,
  signingKey,
  now,
}: {
  readonly folder: string;
  readonly signingKey: Uint8Array;
  readonly now: () => Date;
}): FileStore {
  const key = createHmac('sha256', signingKey).update('direct-line-files').digest();
  const sign = (path: string, expires: string) =>
    createHmac('sha256', key).update(`${path}\n${expires}`).digest();
  const nowSeconds = () => now().getTime() / 1000;

  return {
    async save({ userId, name, contentType, content }) {
      const extension = extensionFor(contentType);
      if (!extension) {
        content.resume();
        throw new DirectLineError(
          415,
          'NotSupported',
          `Files of type ${contentType} are not taken.`,
        );
      }
      const owner = ownerFolder(userId);
      const fileName = `${randomUUID()}.${extension}`;
      const target = join(folder, owner, fileName);
      await mkdir(join(folder, owner), { recursive: true });
      try {
        await pipeline(content, createWriteStream(`${target}.part`, { flags: 'wx', mode: 0o600 }));
        if (content.truncated)
          throw new DirectLineError(413, 'MessageSizeTooBig', `${name} is too large.`);
        await rename(`${target}.part`, target);
      } catch (error) {
        await rm(`${target}.part`, { force: true });
        throw error;
      }
      return `${referencePrefix}${owner}/${fileName}/${encodeURIComponent(name)}`;
    },
    toUrl(reference, { secure, host }) {
      if (!reference.startsWith(referencePrefix)) return reference;
      const path = reference.slice(referencePrefix.length);
      // Whole hours, so that a browser that sees the conversation again finds the same address in its cache.
      const expires = String((Math.floor(nowSeconds() / hourSeconds) + 2) * hourSeconds);
      const signature = sign(path, expires).toString('base64url');
      return `${secure ? 'https' : 'http'}://${host}${filesRoot}${path}?expires=${expires}&signature=${signature}`;
    },
    async open(path, query) {
      const expires = query.get('expires') ?? '';
      const given = Buffer.from(query.get('signature') ?? '', 'base64url');
      const expected = sign(path, expires);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      if (Number(expires) < nowSeconds()) return undefined;
      const [owner = '', fileName = '', name = ''] = path.split('/');
      const file = join(folder, owner, fileName);
      const contentType = contentTypeFor(fileName.split('.').at(-1) ?? '');
      const size = await stat(file).then(
        ({ size }) => size,
        () => undefined,
      );
      if (size === undefined || !contentType) return undefined;
      const content = createReadStream(file);
      return { content, contentType, name: decodeURIComponent(name), sizeBytes: size };
    },
    async remove(reference) {
      const [owner = '', fileName = ''] = reference.slice(referencePrefix.length).split('/');
      await rm(join(folder, owner, fileName), { force: true });
    },
    deleteUser: (userId) => rm(join(folder, ownerFolder(userId)), { recursive: true, force: true }),
  };
}

/** A person's id can hold any character; its digest is a safe name that does not tell the id. */
function ownerFolder(userId: string): string {
  return createHash('sha256').update(userId).digest('hex').slice(0, 32);
}
