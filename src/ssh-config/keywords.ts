/**
 * What becomes of each keyword of ssh_config(5)? The one table, for files and for `-o`, so that a keyword means one thing
 * wherever it stands; docs/connections.md is held to it by a test. Evaluates nothing.
 */
import * as value from './values.ts';

export type Decision = 'honoured' | 'ignored' | 'refused';

export interface Keyword {
  /** As the manual spells it. */
  readonly name: string;
  /** Older names that ssh takes too; in lower case. */
  readonly aliases: readonly string[];
  readonly decision: Decision;
  /** Why it is ignored or refused, or what is worth knowing where it is honoured; for people. */
  readonly because: string;
  readonly check: value.Check;
  /** Of a refused keyword: the values, in lower case, that ask for nothing and are let through. */
  readonly harmless: readonly string[];
}

type Row = readonly [names: string, check: value.Check];
type Group = readonly [because: string, ...rows: Row[]];

/** A name may be followed by `=` and older names. */
const HONOURED: readonly Group[] = [
  ['', ['Host', value.texts], ['IgnoreUnknown', value.text], ['HostKeyAlias', value.text]],
  ['', ['User', value.text], ['Port', value.port], ['IdentitiesOnly', value.flag]],
  ['', ['ServerAliveCountMax', value.integer], ['AddressFamily', value.addressFamily]],
  ['', ['BindAddress', value.text], ['PasswordAuthentication', value.flag]],
  [
    '',
    [
      'KbdInteractiveAuthentication=challengeresponseauthentication,skeyauthentication,tisauthentication',
      value.flag,
    ],
    ['PubkeyAuthentication=dsaauthentication', value.pubkey],
  ],
  [
    '`all`, `host`, `originalhost`, `user`, `localuser`, `tagged`, `final`, `canonical`, each with `!` too; a block with `exec` is passed over with a warning, and nothing is run; another criterion is an error',
    ['Match', value.anything],
  ],
  ['`*`, `?`, `[…]`, `~`; at most 16 deep and 1000 files', ['Include', value.texts]],
  ['with `%h`; names are lowered, as ssh does', ['Hostname', value.text]],
  ['as of OpenSSH 9.4', ['Tag', value.text]],
  [
    '`~`, `${VARIABLE}`, `%d %h %i %k %L %l %n %p %r %u %C`; `none`: no key file, the default ones neither',
    ['IdentityFile=identityfile2', value.text],
  ],
  [
    '`~`, `${VARIABLE}` and the tokens of IdentityFile; `$VARIABLE`, `SSH_AUTH_SOCK`, `none`',
    ['IdentityAgent', value.agent],
  ],
  ['`~`, `${VARIABLE}` and the tokens of IdentityFile', ['UserKnownHostsFile', value.list]],
  ['as it is written: no `~`', ['GlobalKnownHostsFile', value.list]],
  ['`ask` is `yes`, for nobody is asked', ['StrictHostKeyChecking', value.checking]],
  ['of the whole login; default 10 s, also for `none`', ['ConnectTimeout', value.time]],
  [
    'default 10 s, so that a host that went silent is noticed',
    ['ServerAliveInterval=setuptimeout,protocolkeepalives', value.time],
  ],
  [
    'what is not named is not tried; the order is tapfleet’s: keys, agent, password',
    ['PreferredAuthentications', value.text],
  ],
  [
    'with `+`, `-`, `^`; names that tapfleet cannot do are left out, and a list of which nothing is left is the host’s error',
    ['Ciphers', value.ciphers],
    ['KexAlgorithms', value.kex],
    ['MACs', value.macs],
    ['HostKeyAlgorithms', value.keyTypes],
  ],
  [
    'several hops too, with `%h %n %p %r`; each hop is looked up in the configuration. A bastion is logged in on once for all hosts behind it; one that refuses or resets is tried again (`--retries`), once for all of them, and then no more in the run',
    ['ProxyJump', value.jump],
  ],
  [
    '`ssh -W %h:%p [-i -o -p -l -F …] BASTION` is a jump without a program, wherever it stands; others are run with `%h %n %p %r`, unless an inventory brought them',
    ['ProxyCommand', value.command],
  ],
];

const IGNORED: readonly Group[] = [
  ['no key is added to an agent', ['AddKeysToAgent', value.anything]],
  ['tapfleet asks only what its own options ask for', ['BatchMode', value.flag]],
  ['a password is given once', ['NumberOfPasswordPrompts', value.integer]],
  [
    'it means something only with CanonicalizeHostname',
    ['CanonicalDomains', value.anything],
    ['CanonicalizeFallbackLocal', value.flag],
    ['CanonicalizeMaxDots', value.integer],
    ['CanonicalizePermittedCNAMEs', value.anything],
  ],
  ['certificates are not supported', ['CASignatureAlgorithms', value.keyTypes]],
  [
    'host keys are looked up by name, and of every host',
    ['CheckHostIP', value.flag],
    ['NoHostAuthenticationForLocalhost', value.flag],
  ],
  [
    'host keys come from known_hosts files, which `accept-new` alone writes',
    ['HashKnownHosts', value.flag],
    ['UpdateHostKeys', value.flagOrAsk],
    ['VerifyHostKeyDNS', value.flagOrAsk],
  ],
  ['fingerprints are shown as SHA256', ['FingerprintHash', value.hash], ['VisualHostKey', value.flag]],
  [
    'nothing is forwarded',
    ['ClearAllForwardings', value.flag],
    ['DynamicForward', value.anything],
    ['ExitOnForwardFailure', value.flag],
    ['ForwardAgent', value.text],
    ['ForwardX11', value.flag],
    ['ForwardX11Timeout', value.time],
    ['ForwardX11Trusted', value.flag],
    ['GatewayPorts', value.flag],
    ['LocalForward', value.anything],
    ['PermitRemoteOpen', value.anything],
    ['RemoteForward', value.anything],
    ['StreamLocalBindMask', value.anything],
    ['StreamLocalBindUnlink', value.flag],
    ['Tunnel', value.tunnel],
    ['TunnelDevice', value.anything],
    ['XAuthLocation', value.text],
  ],
  [
    'one connection serves a whole run already',
    ['ControlMaster', value.controlMaster],
    ['ControlPath', value.text],
    ['ControlPersist', value.flagOrTime],
    ['ConnectionAttempts', value.integer],
  ],
  [
    'it changes speed or packets alone',
    ['Compression', value.yesOrNo],
    ['IPQoS', value.anything],
    ['RekeyLimit', value.anything],
    ['TCPKeepAlive=keepalive', value.flag],
  ],
  [
    'no terminal is attached',
    ['EnableEscapeCommandline', value.flag],
    ['EscapeChar', value.anything],
    ['RequestTTY', value.requestTty],
  ],
  [
    'tapfleet runs its own programs on the host, and none here',
    ['ForkAfterAuthentication', value.flag],
    ['LocalCommand', value.command],
    ['PermitLocalCommand', value.flag],
    ['RemoteCommand', value.command],
    ['SendEnv', value.anything],
    ['SessionType', value.sessionType],
    ['SetEnv', value.anything],
    ['StdinNull', value.flag],
  ],
  [
    'this way to log in is not supported, and the others are tried',
    ['EnableSSHKeysign', value.flag],
    ['GSSAPIAuthentication', value.flag],
    ['GSSAPIClientIdentity', value.text],
    ['GSSAPIDelegateCredentials', value.flag],
    ['GSSAPIKexAlgorithms', value.anything],
    ['GSSAPIKeyExchange', value.flag],
    ['GSSAPIRenewalForcesRekey', value.flag],
    ['GSSAPIServerIdentity', value.text],
    ['GSSAPITrustDns', value.flag],
    ['HostbasedAcceptedAlgorithms=hostbasedkeytypes', value.keyTypes],
    ['HostbasedAuthentication', value.flag],
    ['KbdInteractiveDevices', value.text],
  ],
  [
    'the kind of a key says how it signs; keys of devices are used through an agent',
    ['PubkeyAcceptedAlgorithms=pubkeyacceptedkeytypes', value.keyTypes],
    ['RequiredRSASize', value.integer],
    ['SecurityKeyProvider', value.text],
  ],
  [
    'there is no ssh to say more',
    ['LogLevel', value.logLevel],
    ['LogVerbose', value.list],
    ['SyslogFacility', value.facility],
  ],
  [
    'of newer OpenSSH; it changes no connection',
    ['ChannelTimeout', value.anything],
    ['ObscureKeystrokeTiming', value.anything],
    ['VersionAddendum', value.anything],
    ['WarnWeakCrypto', value.anything],
  ],
];

const REFUSED: readonly (readonly [
  because: string,
  name: string,
  check: value.Check,
  ...harmless: string[],
])[] = [
  ['give BindAddress an address of the interface', 'BindInterface', value.text],
  ['names are not rewritten: give full names', 'CanonicalizeHostname', value.canonicalize, 'no', 'false'],
  [
    'certificates are not supported: give a plain key, or let an agent sign',
    'CertificateFile',
    value.text,
    'none',
  ],
  ['host keys come from files: name one in UserKnownHostsFile', 'KnownHostsCommand', value.command, 'none'],
  [
    'no library is loaded: add the token to an agent with ssh-add -s',
    'PKCS11Provider=smartcarddevice',
    value.text,
    'none',
  ],
  ['a ProxyCommand must speak over its input and output', 'ProxyUseFdpass', value.flag, 'no', 'false'],
  ['the configuration refuses the host', 'RefuseConnection', value.anything],
  ['mark the keys @revoked in known_hosts', 'RevokedHostKeys', value.text, 'none'],
];

/** ssh passes over these without a word (seen on OpenSSH 9.2). */
const OBSOLETE =
  `AFSTokenPassing Cipher CompressionLevel FallBackToRsh GlobalKnownHostsFile2 KerberosAuthentication
  KerberosTgtPassing Protocol RhostsAuthentication RhostsRSAAuthentication RSAAuthentication UsePrivilegedPort
  UseBlacklistedKeys UserKnownHostsFile2 UseRoaming UseRsh`.split(/\s+/);

function keyword(
  names: string,
  decision: Decision,
  because: string,
  check: value.Check,
  harmless: readonly string[] = [],
): Keyword {
  const [name = '', aliases] = names.split('=');
  return { name, aliases: aliases?.split(',') ?? [], decision, because, check, harmless };
}

const grouped = (decision: Decision, groups: readonly Group[]) =>
  groups.flatMap(([because, ...rows]) =>
    rows.map(([names, check]) => keyword(names, decision, because, check)),
  );

/** Every keyword that is known, in groups of one reason. */
export const KEYWORDS: readonly Keyword[] = [
  ...grouped('honoured', HONOURED),
  ...grouped('ignored', IGNORED),
  ...OBSOLETE.map((name) =>
    keyword(name, 'ignored', 'it is obsolete, and ssh ignores it too', value.anything),
  ),
  ...REFUSED.map(([because, names, check, ...harmless]) =>
    keyword(names, 'refused', because, check, harmless),
  ),
];

const BY_NAME = new Map(
  KEYWORDS.flatMap((one) => [one.name.toLowerCase(), ...one.aliases].map((name) => [name, one] as const)),
);

/** In any case; undefined where ssh would say "Bad configuration option". */
export function keywordNamed(name: string): Keyword | undefined {
  return BY_NAME.get(name.toLowerCase());
}
