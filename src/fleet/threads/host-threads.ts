/**
 * The work on hosts, shared by several threads: more than one processor for handshakes, answers and plans. Each host is
 * one thread's from its first attempt to its last word; those behind one bastion are together, so that it is logged in
 * on once. Whatever is said, asked or decided for all hosts is this thread's.
 */
import { Worker } from 'node:worker_threads';
import type { HostOutcome } from '../../model/outcome.ts';
import type { PlannedHost } from '../../model/plan.ts';
import type { Secret } from '../../model/secret.ts';
import { HostTrouble } from '../../remote/connection.ts';
import type { HostWork } from '../host-work.ts';
import type { RunEvent } from '../run-event.ts';
import type { Slot } from '../schedule.ts';
import type { Target } from '../target.ts';
import type { Order, ThreadOptions, Word } from './messages.ts';
import { packTarget } from './pack-target.ts';

export interface HostThreadsOptions {
  /** Path of the thread's program, host-thread.ts as it was built. */
  readonly program: string;
  /** At least 1. */
  readonly count: number;
  /** `keep` is for all threads together. */
  readonly work: ThreadOptions;
  readonly stop?: AbortSignal | undefined;
  readonly tell?: ((event: RunEvent) => void) | undefined;
  /** For the passphrase of a key file. Called once for each file and attempt, one at a time. */
  readonly ask?: ((file: string) => Promise<Secret | undefined>) | undefined;
}

/** What is new in a thread's heap and not yet looked at: the default of 48 MB is most of what a thread takes (node 20). */
const YOUNG_MB = 6;

interface Job {
  readonly slot: Slot;
  readonly done: (outcome: HostOutcome) => void;
  readonly failed: (error: Error) => void;
}

interface Thread {
  readonly worker: Worker;
  readonly jobs: Map<number, Job>;
  lost: Error | undefined;
}

type Task = Extract<Order, { order: 'work' }>['task'];

export class HostThreads implements HostWork {
  readonly #threads: Thread[];
  readonly #options: HostThreadsOptions;
  /** Which thread has the hosts behind a bastion, and which one kept a host's login. */
  readonly #homes = new Map<string, Thread>();
  readonly #passphrases = new Map<string, Promise<Secret | undefined>>();
  #lastQuestion: Promise<unknown> = Promise.resolve();
  #jobs = 0;
  readonly #onStop = () => this.#tellAll({ order: 'stop' });

  constructor(options: HostThreadsOptions) {
    this.#options = options;
    const { count, program, work, stop } = options;
    const keep = work.keep === undefined ? {} : { keep: Math.floor(work.keep / count) };
    this.#threads = Array.from({ length: count }, () => {
      const worker = new Worker(program, {
        workerData: { ...work, ...keep } satisfies ThreadOptions,
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
      });
      const thread: Thread = { worker, jobs: new Map(), lost: undefined };
      worker.on('message', (word: Word) => this.#hear(thread, word));
      worker.on('error', (error) => this.#lose(thread, error));
      worker.on('exit', () => this.#lose(thread, new Error('a thread that works on hosts has ended')));
      return thread;
    });
    stop?.addEventListener('abort', this.#onStop, { once: true });
    if (stop?.aborted) this.#onStop();
  }

  async plan(target: Target, slot: Slot, forReport: boolean): Promise<HostOutcome> {
    const outcome = await this.#give(forReport ? 'plan-for-report' : 'plan', target, slot);
    // It stayed here: the thread sends back only what it found.
    return outcome.kind === 'planned'
      ? { ...outcome, plan: { ...outcome.plan, manifest: target.manifest } }
      : outcome;
  }

  apply(target: Target, slot: Slot): Promise<HostOutcome> {
    return this.#give('apply', target, slot);
  }

  review(target: Target, slot: Slot): Promise<HostOutcome> {
    return this.#give('review', target, slot);
  }

  applyReviewed(target: Target, reviewed: PlannedHost, slot: Slot): Promise<HostOutcome> {
    return this.#give('apply-reviewed', target, slot, reviewed);
  }

  close(): void {
    this.#options.stop?.removeEventListener('abort', this.#onStop);
    this.#tellAll({ order: 'close' });
  }

  #give(task: Task, target: Target, slot: Slot, plan?: PlannedHost): Promise<HostOutcome> {
    const thread = this.#threadFor(target, task);
    if (thread.lost) return Promise.reject(thread.lost);
    const job = this.#jobs++;
    return new Promise((resolve, reject) => {
      thread.jobs.set(job, { slot, done: resolve, failed: reject });
      const order = { order: 'work', job, task, target: packTarget(target) } as const;
      this.#tell(thread, plan ? { ...order, plan } : order);
    });
  }

  /** The one with the fewest hosts at work, unless the host's bastion, or its login, is with one already. */
  #threadFor({ host, settings }: Target, task: Task): Thread {
    const bastion =
      settings.kind === 'ssh' && settings.proxy?.kind === 'jump' ? settings.proxy.through : undefined;
    const keeps = task === 'review' || task === 'apply-reviewed';
    const key = bastion ? `behind ${JSON.stringify(bastion)}` : keeps ? `login on ${host}` : undefined;
    const home = key === undefined ? undefined : this.#homes.get(key);
    if (home && !home.lost) return home;
    const usable = this.#threads.filter(({ lost }) => lost === undefined);
    const [first = this.#threads[0], ...others] = usable;
    if (!first) throw new Error('there is no thread to work on hosts');
    const thread = others.reduce((least, one) => (one.jobs.size < least.jobs.size ? one : least), first);
    if (key !== undefined) this.#homes.set(key, thread);
    return thread;
  }

  #hear(thread: Thread, word: Word): void {
    switch (word.word) {
      case 'release':
        thread.jobs.get(word.job)?.slot.release();
        return;
      case 'take': {
        const { job } = word;
        void thread.jobs
          .get(job)
          ?.slot.take()
          .then(() => this.#tell(thread, { order: 'go-on', job }));
        return;
      }
      case 'done':
        this.#end(thread, word.job)?.done(word.outcome);
        return;
      case 'unread':
        this.#end(thread, word.job)?.failed(new HostTrouble(word.problem));
        return;
      case 'event':
        this.#options.tell?.(word.event);
        return;
      case 'ask-passphrase': {
        const { question, file, attempt } = word;
        const answer = this.#passphrase(file, attempt);
        answer.then(
          (secret) => this.#tell(thread, { order: 'passphrase', question, secret: secret?.reveal() }),
          (error) => this.#lose(thread, error),
        );
      }
    }
  }

  #end(thread: Thread, number: number): Job | undefined {
    const job = thread.jobs.get(number);
    thread.jobs.delete(number);
    return job;
  }

  /** Asked once, whichever thread wants it; one question at a time. */
  #passphrase(file: string, attempt: number): Promise<Secret | undefined> {
    const key = `${attempt} ${file}`;
    const known = this.#passphrases.get(key);
    if (known) return known;
    const asked = this.#lastQuestion.then(() => this.#options.ask?.(file));
    this.#lastQuestion = asked.catch(() => undefined);
    this.#passphrases.set(key, asked);
    return asked;
  }

  #lose(thread: Thread, error: Error): void {
    thread.lost ??= error;
    for (const { failed } of thread.jobs.values()) failed(error);
    thread.jobs.clear();
  }

  #tell(thread: Thread, order: Order): void {
    thread.worker.postMessage(order);
  }

  #tellAll(order: Order): void {
    for (const thread of this.#threads) this.#tell(thread, order);
  }
}
