/** Is a text UTF-8, and where is it not? Reads no file. */
import { isUtf8 } from 'node:buffer';

/** Line and column count from 1; columns are characters. */
export interface BadByte {
  readonly line: number;
  readonly column: number;
  readonly byte: number;
}

/** The first byte that no character begins with, or whose character is cut short; undefined where all of it is UTF-8. */
export function firstBadByte(bytes: Buffer): BadByte | undefined {
  if (isUtf8(bytes)) return undefined;
  let line = 1;
  let lineStart = 0;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    const size = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    // A piece that is cut off by the end is no UTF-8 either.
    if (size > 1 && !isUtf8(bytes.subarray(at, at + size))) break;
    at += size;
    if (byte === 0x0a) {
      line += 1;
      lineStart = at;
    }
  }
  const column = bytes.toString('utf8', lineStart, at).length + 1;
  return { line, column, byte: bytes[at] ?? 0 };
}

/** Fit to follow the name of what was read. */
export function badByteText({ line, column, byte }: BadByte): string {
  return `is not UTF-8: the byte 0x${byte.toString(16).padStart(2, '0')} at line ${line}, column ${column}`;
}
