/**
 * The one door to the author's files: text of regular files up to a limit, and listings. Says what went wrong in a
 * diagnostic; understands nothing of what it reads.
 */
import { constants } from 'node:fs';
import { access, type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Diagnostic } from '../model/diagnostic.ts';
import { MAX_YAML_BYTES } from '../yaml/source.ts';
import { type BadByte, badByteText, firstBadByte } from './bad-byte.ts';
import { noteRead } from './noted-reads.ts';

/** Names in one folder and what each is. */
export type Listing = ReadonlyMap<string, 'file' | 'folder'>;

export interface TextFile {
  readonly text: string;
  /** This user may execute the file. */
  readonly executable: boolean;
  /** It is not UTF-8, and what is not became U+FFFD in `text`: its first such byte. */
  readonly misread?: Diagnostic;
}

/** Why a file was not read. */
interface Unread {
  readonly problem: Diagnostic;
}

/** A report of 10,000 hosts has tens of MiB, and a saved plan holds one. */
export const MAX_REPORT_BYTES = 256 * 1024 * 1024;

/**
 * The text of a regular file of at most 8 MiB, or as many bytes as asked for, without the byte order mark that editors
 * put before it; pipes and devices are refused unread, for they may never end.
 */
export async function readTextFile(path: string, maxBytes = MAX_YAML_BYTES): Promise<TextFile | Unread> {
  const read = await readExactly(path, maxBytes);
  return 'problem' in read ? read : { ...read, text: read.text.replace(/^\uFEFF/, '') };
}

/** The same to the last byte, for texts that are sealed. */
export async function readExactly(path: string, maxBytes: number): Promise<TextFile | Unread> {
  return openRegular(path, async (file, size) => {
    // One byte more than allowed tells a file that grew, or that lies about its size as /proc does.
    const bytes = await readUpTo(file, Math.min(size || maxBytes, maxBytes) + 1);
    if (size > maxBytes || bytes.length > maxBytes) {
      return refuse(
        path,
        `${path} is larger than ${maxBytes / 1024 / 1024} MiB`,
        'split it into several files',
      );
    }
    const bad = firstBadByte(bytes);
    return {
      text: bytes.toString('utf8'),
      executable: await isExecutable(path),
      ...(bad ? { misread: misreading(path, bad) } : {}),
    };
  });
}

/** How a regular file begins: so many bytes of it, or all. */
export async function readBegin(path: string, bytes: number): Promise<{ readonly text: string } | Unread> {
  return openRegular(path, async (file) => ({ text: (await readUpTo(file, bytes)).toString('utf8') }));
}

async function openRegular<T>(
  path: string,
  read: (file: FileHandle, size: number) => Promise<T>,
): Promise<T | Unread> {
  await noteRead(path);
  try {
    const found = await stat(path);
    if (found.isDirectory()) return refuse(path, `${path} is a directory, not a file`, 'name a file in it');
    if (!found.isFile())
      return refuse(path, `${path} is not a regular file`, 'write the data to a file first');
    const file = await open(path, 'r');
    try {
      return await read(file, found.size);
    } finally {
      await file.close();
    }
  } catch (error) {
    return refuse(path, `${path} cannot be read: ${reason(error)}`, 'check the path and its permissions');
  }
}

async function readUpTo(file: FileHandle, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  let length = 0;
  while (length < bytes) {
    const { bytesRead } = await file.read(buffer, length, bytes - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

/** The names in a folder, links followed; undefined where there is no such folder. */
export async function listFolder(
  path: string,
): Promise<Listing | undefined | { readonly problem: Diagnostic }> {
  await noteRead(path);
  try {
    const listing = new Map<string, 'file' | 'folder'>();
    for (const entry of await readdir(path, { withFileTypes: true })) {
      const kind = entry.isSymbolicLink() ? await kindOf(join(path, entry.name)) : entry;
      if (kind?.isDirectory()) listing.set(entry.name, 'folder');
      else if (kind?.isFile()) listing.set(entry.name, 'file');
    }
    return listing;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    return refuse(path, `${path} cannot be listed: ${reason(error)}`, 'check its permissions');
  }
}

/** What a path is, links followed; undefined where there is nothing. */
export async function kindOf(
  path: string,
): Promise<{ isDirectory(): boolean; isFile(): boolean } | undefined> {
  await noteRead(path);
  return stat(path).catch(() => undefined);
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EACCES') return 'permission denied';
  return code ?? message;
}

function misreading(file: string, bad: BadByte): Diagnostic {
  return {
    severity: 'error',
    summary: `${file} ${badByteText(bad)}`,
    hint: 'save it as UTF-8',
    where: { file, line: bad.line, column: bad.column },
  };
}

function refuse(file: string, summary: string, hint: string): Unread {
  return { problem: { severity: 'error', summary, hint, where: { file, line: 1, column: 1 } } };
}
