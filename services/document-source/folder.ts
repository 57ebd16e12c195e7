import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { MentorError } from '#errors.ts';
import type { DocumentSource, SourceFile } from './port.ts';

/**
 * The files below a folder, except in hidden folders. Links are followed as long as they stay in the folder: whoever may put
 * a file there shall not publish the rest of the machine. A folder that several ways lead to is listed once, so that links in
 * a circle come to an end.
 */
export function createFolderSource(folder: string): DocumentSource {
  const root = resolve(folder);
  return {
    name: nameOf(root),
    async list() {
      const files: SourceFile[] = [];
      await listFolder(root, '', new Set(), files).catch((error: NodeJS.ErrnoException) => {
        throw new MentorError('data-unavailable', `${root}: ${reasonOf(error)}`, { cause: error });
      });
      return files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
    },
    async read(path, { signal } = {}) {
      try {
        await assertInside(root, path);
        return await readFile(join(root, path), signal === undefined ? {} : { signal });
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof MentorError) throw error;
        throw new MentorError('data-unavailable', reasonOf(error as NodeJS.ErrnoException), {
          cause: error,
        });
      }
    },
  };
}

/** Short where it stands in the working folder. */
function nameOf(root: string): string {
  const path = relative(process.cwd(), root);
  return path === '' || path.startsWith('..') ? root : path;
}

async function listFolder(
  root: string,
  place: string,
  visited: Set<string>,
  files: SourceFile[],
): Promise<void> {
  const folder = join(root, place);
  const real = await realpath(folder);
  if (visited.has(real) || !isInside(await realpath(root), real)) return;
  visited.add(real);
  /** Without a fixed order it would be chance which of two ways to a folder counts. */
  const names = (await readdir(folder)).toSorted();
  for (const name of names) {
    const path = place === '' ? name : `${place}/${name}`;
    const found = await stat(join(root, path)).catch(() => undefined);
    if (found?.isDirectory()) {
      if (!name.startsWith('.')) await listFolder(root, path, visited, files);
    } else if (found === undefined || found.isFile())
      /** What cannot be looked at is listed all the same: reading it tells why. */
      files.push({ path, sizeBytes: found?.size ?? 0 });
  }
}

async function assertInside(root: string, path: string): Promise<void> {
  if (isInside(await realpath(root), await realpath(join(root, path)))) return;
  const problem = 'it is a link to a file outside the folder; copy the file itself';
  throw new MentorError('data-unavailable', problem);
}

function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** Devices, sockets and pipes are no files; the rest are the everyday refusals of a file system. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there; if it is a link, what it points to is gone',
  ENOTDIR: 'it is no folder',
  EACCES: 'this user may not read it; change its permissions',
  EPERM: 'this user may not read it; change its permissions',
  ELOOP: 'it is a link that leads back to itself; remove it',
  EISDIR: 'it is a folder',
};

function reasonOf(error: NodeJS.ErrnoException): string {
  return reasons[error.code ?? ''] ?? error.message;
}
