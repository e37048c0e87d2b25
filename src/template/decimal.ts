/** How is a number written with so many places? As Python rounds: what is exactly half goes to the even digit. */

/** The most places that JavaScript writes. */
const MAX_PLACES = 100;
/** A number that is not exactly half differs from half before so many places (a double has 53 bits). */
const BEYOND = 30;

/** `size` is not below 0. */
export function fixed(size: number, places: number): string {
  const shown = Math.min(places, MAX_PLACES - BEYOND);
  const nearest = size.toFixed(shown);
  const exact = size.toFixed(shown + BEYOND);
  const kept = exact.slice(0, -BEYOND).replace(/\.$/, '');
  const half = /^50*$/.test(exact.slice(-BEYOND));
  return half && Number(kept.at(-1)) % 2 === 0 ? kept : nearest;
}

/** Places below 0 round tens and hundreds. */
export function rounded(value: number, places: number): number {
  if (!Number.isFinite(value)) return value;
  const size = Math.abs(value);
  const scale = 10 ** Math.max(0, -places);
  const made = Number(fixed(size / scale, Math.max(0, places))) * scale;
  return value < 0 ? -made : made;
}
