/** Stands in where a login of a test has no programs that go on. */
export async function neverFollows(): Promise<string> {
  throw new Error('this login of a test has no programs that go on');
}
