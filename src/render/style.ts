/**
 * The one door to the package `picocolors`: which paints there are, and when colour is on. Says nothing of what is
 * painted how.
 */
import pc from 'picocolors';

export type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

export function styleOf(colour: boolean): Style {
  const { bold, dim, red, green, yellow, cyan } = pc.createColors(colour);
  return { bold, dim, red, green, yellow, cyan };
}

/**
 * Whether to write colour to `stream`: NO_COLOR (any text, https://no-color.org) says no, then FORCE_COLOR decides
 * (`0` and `false` are no), then a terminal that is not dumb. CI alone does not switch it on: its logs are pipes, and
 * a plan that is saved from one must be plain.
 */
export function wantsColour(
  stream: { readonly isTTY?: boolean | undefined },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (env.NO_COLOR) return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}
