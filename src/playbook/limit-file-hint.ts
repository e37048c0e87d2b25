/** Answers what to say of a pattern that names a file: that is a thing of `--limit`, as in Ansible. */

export function limitFileHint(pattern: string): { readonly hint?: string } {
  return /(^|[,:])[&!]?@/.test(pattern)
    ? { hint: 'a file of patterns belongs to --limit: --limit @FILE' }
    : {};
}
