/**
 * Answers which blocks of a comment are shown where not all of them have room. Sizes are bytes of UTF-8. No section
 * starves another; in a section the block of the most hosts is never the one that is left out. What is left out is counted.
 */
import { counted } from './value-text.ts';

export interface Block {
  /** How many hosts it speaks of; none where it is about a file. */
  readonly hosts: number;
  readonly text: string;
  /** The block in at most so many bytes, or nothing where that makes no sense. */
  readonly cut: (room: number) => string | undefined;
}

export interface Section {
  readonly heading: string;
  /** In the order to show them. */
  readonly blocks: readonly Block[];
}

/** Room for the sentence that counts what is missing. */
const NOTE_ROOM = 120;

/** The sections one after another, in at most `room` bytes. */
export function fitSections(sections: readonly Section[], room: number): string {
  const filled = sections.filter(({ blocks }) => blocks.length > 0);
  const rooms = shareOut(filled.map(sizeOf), room);
  return filled.map((section, index) => fitSection(section, rooms[index] ?? 0)).join('');
}

export function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

function sizeOf({ heading, blocks }: Section): number {
  return bytesOf(heading) + blocks.reduce((sum, { text }) => sum + bytesOf(text), 0);
}

/** Who needs less than an even share gets all of it; the others share what that leaves. */
function shareOut(needs: readonly number[], room: number): number[] {
  const order = needs.map((need, index) => ({ need, index })).sort((a, b) => a.need - b.need);
  const shares = needs.map(() => 0);
  let left = room;
  for (const [done, { need, index }] of order.entries()) {
    const share = Math.min(need, Math.floor(left / (order.length - done)));
    shares[index] = share;
    left -= share;
  }
  return shares;
}

function leftOut(blocks: number, hosts: number): string {
  return hosts > 0
    ? `${counted(blocks, 'more group')} of ${counted(hosts, 'host')}`
    : counted(blocks, 'more warning');
}

function fitSection(section: Section, room: number): string {
  const { heading, blocks } = section;
  if (sizeOf(section) <= room) return heading + blocks.map(({ text }) => text).join('');
  const shown = new Map<Block, string>();
  let left = room - bytesOf(heading) - NOTE_ROOM;
  const [largest] = [...blocks].sort((a, b) => b.hosts - a.hosts);
  for (const block of largest ? [largest, ...blocks.filter((one) => one !== largest)] : []) {
    // The first one may be endless: the others must be seen too.
    const most = block === largest && blocks.length > 1 ? Math.floor(left / 2) : left;
    const text = bytesOf(block.text) <= most ? block.text : block.cut(most);
    if (text === undefined && block !== largest) break;
    if (text === undefined) continue;
    shown.set(block, text);
    left -= bytesOf(text);
  }
  const missing = blocks.filter((block) => !shown.has(block));
  const hosts = missing.reduce((sum, block) => sum + block.hosts, 0);
  const note =
    missing.length > 0
      ? `… and ${leftOut(missing.length, hosts)} ${missing.length === 1 ? 'is' : 'are'} not shown.\n\n`
      : '';
  return `${heading}${blocks.flatMap((block) => shown.get(block) ?? []).join('')}${note}`;
}
