/**
 * Which way to prove oneself is tried next? Only what the server says it takes; and a password once, for accounts are
 * locked after a few wrong ones: where the server took it and refused it, it is not told again by another method.
 */
import type { AnyAuthMethod } from 'ssh2';

const PASSWORDS = new Set<string>(['password', 'keyboard-interactive']);

/**
 * Called by ssh2 for each next method. `taken`: what the server goes on with, null while it has not said; `partial`: the
 * last method was right, and another is wanted besides. `mayBeTold`: whether the host may be told a password.
 */
export function authOrder(methods: readonly AnyAuthMethod[], mayBeTold: () => boolean = () => true) {
  const left = [...methods];
  let last: string | undefined;
  return (taken: readonly string[] | null, partial: boolean | null): AnyAuthMethod | false => {
    const told = last === 'password' && (partial || taken?.includes('password'));
    for (;;) {
      const next = left.shift();
      if (!next) return false;
      const name = next.type === 'agent' ? 'publickey' : next.type;
      if (taken && !taken.includes(name)) continue;
      if (told && name === 'keyboard-interactive') continue;
      if (PASSWORDS.has(name) && !mayBeTold()) continue;
      last = name;
      return next;
    }
  };
}
