/**
 * What comes out of a macvtap's tap? Opens one by its device number, as a guest's hypervisor does, with a process that
 * reads frames for as long as it lives; frames can be sent, and their arrival awaited.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { killQuietly } from './sshd-daemon.ts';

/** struct virtio_net_hdr, which every frame of a tap begins with. */
const VNET_HEADER = Buffer.alloc(10);
/** IEEE's "local experimental" type: no stack answers it. */
const ETHERTYPE = Buffer.from('88b5', 'hex');
export const BROADCAST = 'ff:ff:ff:ff:ff:ff';

const ARRIVAL_MS = 5_000;

export class Tap {
  readonly #reader: ChildProcess;
  #fd: number | undefined;
  #received = Buffer.alloc(0);

  /** `node` is a device node that nobody else opens: each opening takes a share of the frames. */
  constructor(node: string) {
    this.#fd = openSync(node, 'r+');
    this.#reader = spawn('cat', { stdio: [this.#fd, 'pipe', 'ignore'] });
    this.#reader.stdout?.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#reader.emit('frames');
    });
  }

  /** The process that has the tap open; the test itself has too, until `leaveToReader`. */
  get pid(): number {
    return this.#reader.pid ?? 0;
  }

  /** From now on the reading process alone holds the tap. */
  leaveToReader(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  /** Sends one frame and gives back the mark to know it by. */
  send(to: string, from: string): Buffer {
    if (this.#fd === undefined) throw new Error('this tap was left to its reader');
    const mark = randomBytes(12);
    const frame = [VNET_HEADER, address(to), address(from), ETHERTYPE, mark, Buffer.alloc(40)];
    writeSync(this.#fd, Buffer.concat(frame));
    return mark;
  }

  /** How often the frame has come so far. */
  count(mark: Buffer): number {
    let found = 0;
    for (let at = this.#received.indexOf(mark); at >= 0; at = this.#received.indexOf(mark, at + 1)) found++;
    return found;
  }

  /** Resolves when the frame is there. */
  arrival(mark: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (this.count(mark) > 0) settle(resolve);
      };
      const timer = setTimeout(() => settle(() => reject(new Error('the frame did not arrive'))), ARRIVAL_MS);
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        this.#reader.off('frames', look);
        finish();
      };
      this.#reader.on('frames', look);
      look();
    });
  }

  async close(): Promise<void> {
    this.leaveToReader();
    if (this.#reader.exitCode !== null || this.#reader.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#reader.once('exit', resolve));
    killQuietly(this.pid);
    await ended;
  }
}

function address(mac: string): Buffer {
  return Buffer.from(mac.replaceAll(':', ''), 'hex');
}
