/** The names that reach a host's command line: what they may hold, checked once, here. Pure. */

/**
 * An interface that a playbook declares (product contract): stricter than the kernel's dev_valid_name. `all` and
 * `default` are folders of net.ipv4.conf and net.ipv6.conf, so no interface can have these names (EINVAL; kernel 6.18).
 */
export const INTERFACE_NAME = /^(?!(?:all|default)$)[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/;

/** Names of the kernel's own settings for all interfaces. */
export const KERNEL_NAMES = ['all', 'default'] as const;

/**
 * A lower device: any name or altname the kernel allows (dev_valid_name; altnames up to 127 bytes) that also survives
 * `ip -batch`, where `#` cuts a line and a backslash or quote changes its words.
 */
export const LOWER_NAME = /^(?!-)[!$-&(-.0-9;-[\]-~]{1,127}$/;

/**
 * Any name of a host as a word of `ip -batch`, or undefined where it is none: `#` cuts a line even inside quotes, nothing
 * escapes a quote, and a byte that was no UTF-8 is lost (tried with iproute2 6.1).
 */
export function batchWord(name: string): string | undefined {
  if (name === '' || /[\u0000-\u0020#\u007f-\u009f\ufffd]|\p{Cs}/u.test(name)) return undefined;
  const [single, double] = [name.includes("'"), name.includes('"')];
  if (single && double) return undefined;
  if (double) return `'${name}'`;
  // A backslash at the end of a line would join it to the next.
  return single || name.includes('\\') ? `"${name}"` : name;
}

/** A mode as `ip` prints it; one of a later kernel too. */
export const MODE_WORD = /^[A-Za-z0-9_-]{1,32}$/;

/** An owner: short, for it is part of every mark. */
export const OWNER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;

/** Prefixes libvirt keeps for devices it makes itself (formatdomain, "target dev"). */
export const LIBVIRT_PREFIXES = ['vnet', 'vif', 'macvtap', 'macvlan'] as const;
