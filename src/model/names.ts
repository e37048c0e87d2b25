/** The names that reach a host's command line: what they may hold, checked once, here. Pure. */

/** An interface that a playbook declares (product contract): stricter than the kernel's dev_valid_name. */
export const INTERFACE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,14}$/;

/**
 * A lower device: any name or altname the kernel allows (dev_valid_name; altnames up to 127 bytes) that also survives
 * `ip -batch`, where `#` cuts a line and a backslash or quote changes its words.
 */
export const LOWER_NAME = /^(?!-)[!$-&(-.0-9;-[\]-~]{1,127}$/;

/** An owner: short, for it is part of every mark. */
export const OWNER_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;

/** Prefixes libvirt keeps for devices it makes itself (formatdomain, "target dev"). */
export const LIBVIRT_PREFIXES = ['vnet', 'vif', 'macvtap', 'macvlan'] as const;
