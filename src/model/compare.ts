/**
 * The one order of names: by code unit, the same on every machine whatever its locale. Python, and so Ansible, compares by
 * code point, which differs for characters beyond U+FFFF only. Pure.
 */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
