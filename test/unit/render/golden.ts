/** Compares a text with its file below golden/, byte by byte. Files are written by hand or read before they are kept. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

export function expectGolden(name: string, text: string): void {
  expect(text).toBe(readFileSync(new URL(`golden/${name}.txt`, import.meta.url), 'utf8'));
}
