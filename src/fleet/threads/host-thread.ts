/**
 * A thread that works on the hosts it is given: the program of a `worker_threads` Worker. It has logins, keys and host keys
 * of its own; who comes when, and all that is printed, is the main thread's.
 */
import { setMaxListeners } from 'node:events';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { HostOutcome } from '../../model/outcome.ts';
import { Secret } from '../../model/secret.ts';
import { Transport } from '../../remote/connect.ts';
import { problemOf } from '../each-host.ts';
import { type HostWork, workHere } from '../host-work.ts';
import type { Slot } from '../schedule.ts';
import type { Order, ThreadOptions, Word } from './messages.ts';
import { unpackTarget } from './pack-target.ts';

class HostThread {
  readonly #port: MessagePort;
  readonly #stop = new AbortController();
  readonly #transport = new Transport((file) => this.#ask(file));
  readonly #work: HostWork;
  readonly #waiting = new Map<number, () => void>();
  readonly #questions = new Map<number, (secret: Secret | undefined) => void>();
  /** How often each key file was asked for. */
  readonly #asked = new Map<string, number>();
  #lastQuestion = 0;

  constructor(port: MessagePort, options: ThreadOptions) {
    this.#port = port;
    // As each-host.ts does in the main thread.
    setMaxListeners(0, this.#stop.signal);
    this.#work = workHere({
      ...options,
      connect: (settings, how) => this.#transport.connect(settings, how),
      stop: this.#stop.signal,
      tell: (event) => this.#say({ word: 'event', event }),
    });
    port.on('message', (order: Order) => this.#obey(order));
  }

  #say(word: Word): void {
    this.#port.postMessage(word);
  }

  #obey(order: Order): void {
    switch (order.order) {
      case 'work':
        void this.#do(order);
        return;
      case 'go-on':
        this.#waiting.get(order.job)?.();
        this.#waiting.delete(order.job);
        return;
      case 'passphrase': {
        const { question, secret } = order;
        this.#questions.get(question)?.(secret === undefined ? undefined : new Secret(secret));
        this.#questions.delete(question);
        return;
      }
      case 'stop':
        this.#stop.abort();
        return;
      case 'close':
        this.#work.close();
        this.#transport.close();
        this.#port.close();
    }
  }

  async #do(order: Extract<Order, { order: 'work' }>): Promise<void> {
    const { job } = order;
    try {
      this.#say({ word: 'done', job, outcome: await this.#outcomeOf(order) });
    } catch (error) {
      this.#say({ word: 'unread', job, problem: problemOf(error) });
    }
  }

  async #outcomeOf({
    job,
    task,
    plan,
    target: packed,
  }: Extract<Order, { order: 'work' }>): Promise<HostOutcome> {
    const target = unpackTarget(packed);
    const slot = this.#slotOf(job);
    switch (task) {
      case 'plan':
        return this.#work.plan(target, slot, false);
      case 'plan-for-report':
        return forReport(await this.#work.plan(target, slot, true));
      case 'apply':
        return this.#work.apply(target, slot);
      case 'review':
        return this.#work.review(target, slot);
      case 'apply-reviewed':
        if (!plan) throw new Error('there is no plan to apply');
        return this.#work.applyReviewed(target, plan, slot);
    }
  }

  #slotOf(job: number): Slot {
    let holds = true;
    return {
      release: () => {
        if (!holds) return;
        holds = false;
        this.#say({ word: 'release', job });
      },
      take: () => {
        if (holds) return Promise.resolve();
        holds = true;
        this.#say({ word: 'take', job });
        return new Promise((resolve) => this.#waiting.set(job, resolve));
      },
    };
  }

  #ask(file: string): Promise<Secret | undefined> {
    const attempt = (this.#asked.get(file) ?? 0) + 1;
    this.#asked.set(file, attempt);
    const question = ++this.#lastQuestion;
    return new Promise((resolve) => {
      this.#questions.set(question, resolve);
      this.#say({ word: 'ask-passphrase', question, file, attempt });
    });
  }
}

/** Without what no report shows: a clone of it would cost more than the rest. The manifest is known where it goes. */
function forReport(outcome: HostOutcome): HostOutcome {
  if (outcome.kind !== 'planned') return outcome;
  const { plan } = outcome;
  const { observed, manifest } = plan;
  // Rules that leave whole interfaces to others are judged by all that every host has.
  const macvtaps = manifest.ignore.length > 0 ? observed.macvtaps : new Map();
  const slim = { ...observed, prints: new Map(), links: new Map(), macvtaps };
  return { ...outcome, plan: { ...plan, manifest: NO_MANIFEST, steps: [], observed: slim } };
}

const NO_MANIFEST = { host: '', present: [], absent: [], pruneOwners: [], ignore: [], become: false };

if (!parentPort) throw new Error('this is the program of a thread');
new HostThread(parentPort, workerData as ThreadOptions);
