/** The lists of algorithms that the package `ssh2` knows; its types leave them out. */
declare module 'ssh2/lib/protocol/constants.js' {
  const constants: Readonly<Record<string, readonly string[]>>;
  export default constants;
}
