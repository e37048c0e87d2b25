/** Settings of a login as tests need them: everything that must be there, the rest as the test says. */
import type { SshSettings } from '../../src/model/connection.ts';

export function sshSettings(some: Partial<SshSettings> = {}): SshSettings {
  return {
    kind: 'ssh',
    address: '192.0.2.1',
    port: 22,
    user: 'root',
    privateKeyFiles: [],
    identitiesOnly: false,
    knownHostsFiles: [],
    hostKeyChecking: 'yes',
    connectTimeoutMs: 10_000,
    keepalive: { intervalS: 10, countMax: 3 },
    algorithms: {},
    become: false,
    ...some,
  };
}
