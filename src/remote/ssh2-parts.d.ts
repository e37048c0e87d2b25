/** The parts of the package `ssh2` that `ssh2.ts` takes one by one; its types know the whole alone. */
declare module 'ssh2/lib/client.js' {
  export { Client as default } from 'ssh2';
}
declare module 'ssh2/lib/agent.js' {
  import type ssh2 from 'ssh2';

  const agents: Pick<typeof ssh2, 'BaseAgent' | 'OpenSSHAgent'>;
  export default agents;
}
declare module 'ssh2/lib/protocol/keyParser.js' {
  import type { utils } from 'ssh2';

  const parser: Pick<typeof utils, 'parseKey'>;
  export default parser;
}
declare module 'ssh2/lib/protocol/constants.js' {
  const constants: Readonly<Record<string, readonly string[]>>;
  export default constants;
}
