/**
 * What is answered to a server that asks questions (keyboard-interactive)? The first one that hides what is typed is about
 * the password, as sshpass takes it too; a code, or a new password, is nothing that anybody here knows.
 */
import type { Prompt } from 'ssh2';

/** Its end is the question; what stands before it may be a whole page. */
const MAX_SHOWN_CHARS = 120;

export class Questions {
  #isTold = false;
  /** The first question that nobody could answer, as the server put it. */
  unanswered: string | undefined;

  constructor(readonly password: string) {}

  /** One answer for each; a server may ask in several rounds, or only have something to say. */
  answers(prompts: readonly Prompt[]): string[] {
    return prompts.map(({ prompt, echo }) => {
      if (!echo && !this.#isTold) {
        this.#isTold = true;
        return this.password;
      }
      this.unanswered ??= prompt.replace(/\s+/g, ' ').trim().slice(-MAX_SHOWN_CHARS);
      return '';
    });
  }
}
