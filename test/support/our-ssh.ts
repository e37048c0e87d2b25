/** What does tapfleet make of a configuration? In the words of `ssh -G`, so that the two can be compared. */
import { hostname, userInfo } from 'node:os';
import { type Settled, settle } from '../../src/inventory/login.ts';
import { settleWithWay } from '../../src/inventory/proxy.ts';
import { type Diagnostic, Diagnostics } from '../../src/model/diagnostic.ts';
import { assemble } from '../../src/remote/algorithms.ts';
import { readArguments } from '../../src/ssh-config/arguments.ts';
import { readSshConfig } from '../../src/ssh-config/read-config.ts';
import type { Trouble } from '../../src/ssh-config/setting.ts';
import type { Answer } from './real-ssh.ts';

const { username, homedir, uid } = userInfo();

export interface Ours {
  readonly settled: Settled;
  readonly diagnostics: readonly Diagnostic[];
  readonly troubles: readonly Trouble[];
}

export async function ours(file: string, name: string, args: readonly string[] = []): Promise<Ours> {
  const diagnostics = new Diagnostics();
  const config = await readSshConfig({ file, trusted: true, home: homedir }, diagnostics);
  const given = readArguments(args, { says: '', trusted: true });
  const troubles: Trouble[] = [...given.troubles];
  const options = {
    sshConfig: async () => config,
    home: homedir,
    envUser: username,
    localHost: hostname(),
    localUserId: uid,
    environment: { ...process.env, TFT_SET: 'set' },
  };
  const asked = { name, given: given.settings };
  const settled = await settle(asked, options, () => {});
  await settleWithWay(asked, options, (trouble) => troubles.push(trouble));
  return { settled, diagnostics: diagnostics.all.filter(({ severity }) => severity === 'error'), troubles };
}

/** Lists of algorithms are compared as what they make of ssh's own. */
const LISTS = ['ciphers', 'kexalgorithms', 'macs', 'hostkeyalgorithms'];
/** `ssh -G` shows a word of its own for some. */
const SHOWN: Readonly<Record<string, string>> = { yes: 'true', no: 'false', off: 'false' };

/** What ours would be as `ssh -G` shows it; the usual values are ssh's. */
export function asShown(
  { settled: { login, evaluated } }: Ours,
  usual: Answer,
): Record<string, readonly string[]> {
  const first = (keyword: string) => evaluated.settings.get(keyword)?.args[0];
  const whole = (keyword: string) => {
    const setting = evaluated.settings.get(keyword);
    return setting && setting.args[0] !== 'none' ? [setting.whole] : [];
  };
  const text = (keyword: string) => first(keyword)?.split('\n') ?? usual.values.get(keyword) ?? [];
  const checking = first('stricthostkeychecking')?.toLowerCase() ?? 'ask';
  const known = (keyword: string) => evaluated.settings.get(keyword);
  const own = known('userknownhostsfile')?.args ?? [];
  const keys = evaluated.identityFiles.map(({ args }) => args[0] ?? '');
  return {
    hostname: [login.address],
    user: [login.user],
    port: [String(login.port)],
    identityfile: keys.length > 0 ? keys : (usual.values.get('identityfile') ?? []),
    identitiesonly: [login.identitiesOnly ? 'yes' : 'no'],
    identityagent: first('identityagent') === undefined ? [] : [login.agent ?? first('identityagent') ?? ''],
    proxyjump: whole('proxyjump').map((jump) => (jump.split('#', 1)[0] ?? '').trim()),
    proxycommand: whole('proxycommand'),
    hostkeyalias: login.hostKeyAlias === undefined ? [] : [login.hostKeyAlias],
    stricthostkeychecking: [SHOWN[checking] ?? checking],
    userknownhostsfile: [
      own.includes('none') ? 'none' : login.knownHostsFiles.slice(0, own.length || 2).join(' '),
    ],
    globalknownhostsfile: [
      known('globalknownhostsfile')?.args.join(' ') ?? usual.values.get('globalknownhostsfile')?.[0] ?? '',
    ],
    serveraliveinterval: evaluated.settings.has('serveraliveinterval')
      ? [String(login.keepalive.intervalS)]
      : ['0'],
    serveralivecountmax: [String(login.keepalive.countMax)],
    connecttimeout: evaluated.settings.has('connecttimeout')
      ? [String(login.connectTimeoutMs / 1000)]
      : ['none'],
    addressfamily: text('addressfamily').map((family) => family.toLowerCase()),
    bindaddress: text('bindaddress'),
    preferredauthentications: text('preferredauthentications'),
    ...Object.fromEntries(
      LISTS.map((keyword) => {
        const list = usual.values.get(keyword)?.[0]?.split(',') ?? [];
        const written = first(keyword);
        return [
          keyword,
          [written === undefined ? list.join() : assemble(written, list, [...list, ...MORE]).join()],
        ];
      }),
    ),
  };
}
/** Names that ssh knows and does not use by itself; as many as the cases below name. */
const MORE = ['aes128-cbc', 'aes256-cbc', '3des-cbc', 'ssh-rsa', 'hmac-md5', 'diffie-hellman-group1-sha1'];
