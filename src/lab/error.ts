/** What keeps a lab from being made or ended, said to the person who must mend it; never a fault of ours. */

export class LabError extends Error {
  /** What to do now, one sentence without a final full stop. */
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.name = 'LabError';
    this.hint = hint;
  }
}
