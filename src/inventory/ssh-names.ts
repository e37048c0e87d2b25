/**
 * Which names does ssh refuse? Those in which a shell could read more than a word (ssh.c, valid_hostname and valid_ruser,
 * CVE-2023-51385): they may come from an inventory, and ProxyCommand is given them.
 */

export function strangeHost(name: string): boolean {
  return name === '' || name.startsWith('-') || /['"`$\\;&<>|(){}\s\p{Cc}]/u.test(name);
}

export function strangeUser(name: string): boolean {
  return name === '' || name.startsWith('-') || /['"`;&<>|(){}\p{Cc}]|\s-|\\$/u.test(name);
}
