/**
 * What becomes of each keyword of ssh_config(5)? One table for files and for `-o`, so that a keyword means one thing;
 * docs/connections.md is held to it. Evaluates nothing.
 */
import * as value from './value.ts';

export type Decision = 'honoured' | 'ignored' | 'refused';

export interface Keyword {
  /** As the manual spells it. */
  readonly name: string;
  readonly decision: Decision;
  /** Why it is ignored or refused, or what is worth knowing where it is honoured; for people. */
  readonly because: string;
  readonly check: value.Check;
  /** Of a refused keyword: the values, in lower case, that change nothing and are let through. */
  readonly harmless: readonly string[];
}

const OFF = ['no', 'false'];

const NO_FORWARDING = 'nothing is forwarded';
const NO_GSSAPI = 'GSSAPI is not offered';
const NO_SHARING = 'one connection serves a whole run already';
const NO_TTY = 'no terminal is attached';
const NO_LOG = 'there is no ssh to say more';
const OWN_PROGRAM = 'tapfleet runs its own programs on the host';
const NO_CERTIFICATES = 'certificates are not supported, plain keys are used';
const CANONICAL = 'it means something only with CanonicalizeHostname';

const HONOURED: readonly (readonly [name: string, check: value.Check, because?: string])[] = [
  ['AddressFamily', value.addressFamily],
  ['BindAddress', value.text],
  ['Ciphers', value.text],
  [
    'ConnectTimeout',
    value.time,
    'over the whole login, authentication included; `none` is the default of 10 s',
  ],
  ['GlobalKnownHostsFile', value.files],
  ['Host', value.anything],
  ['HostKeyAlgorithms', value.text],
  ['HostKeyAlias', value.text],
  ['Hostname', value.text],
  ['IdentitiesOnly', value.flag],
  ['IdentityAgent', value.text],
  ['IdentityFile', value.text],
  ['IgnoreUnknown', value.text, 'for all that is read after it'],
  ['Include', value.anything],
  ['KbdInteractiveAuthentication', value.flag],
  ['KexAlgorithms', value.text],
  ['MACs', value.text],
  [
    'Match',
    value.anything,
    '`all`, `host`, `originalhost`, `user`, `localuser`, `tagged`, `final`, `canonical`; a block with `exec` or another criterion is skipped with a warning, and nothing is run',
  ],
  ['PasswordAuthentication', value.flag],
  ['Port', value.port],
  [
    'PreferredAuthentications',
    value.text,
    'a way to log in that is not named is not tried; their order is fixed',
  ],
  [
    'ProxyCommand',
    value.rest,
    '`ssh -W %h:%p bastion` is done without a program; any other is run, unless an inventory that may not run programs asks for it',
  ],
  ['ProxyJump', value.jump],
  ['PubkeyAuthentication', value.pubkey],
  ['ServerAliveCountMax', value.integer],
  ['ServerAliveInterval', value.time, 'default 10 s, so that a host that went silent is noticed'],
  ['StrictHostKeyChecking', value.checking, '`ask` is `yes`: nobody is asked'],
  ['Tag', value.text, 'as newer OpenSSH has it'],
  ['User', value.text],
  ['UserKnownHostsFile', value.files],
];

const IGNORED: readonly (readonly [because: string, names: string, check?: value.Check])[] = [
  ['no key is added to an agent', 'AddKeysToAgent'],
  ['tapfleet asks only what its own options ask for', 'BatchMode', value.flag],
  [CANONICAL, 'CanonicalDomains CanonicalizeMaxDots CanonicalizePermittedCNAMEs'],
  [CANONICAL, 'CanonicalizeFallbackLocal', value.flag],
  [NO_CERTIFICATES, 'CASignatureAlgorithms'],
  ['host keys are looked up by name', 'CheckHostIP', value.flag],
  [NO_FORWARDING, 'DynamicForward GatewayPorts LocalForward PermitRemoteOpen RemoteForward'],
  [NO_FORWARDING, 'StreamLocalBindMask StreamLocalBindUnlink TunnelDevice'],
  [NO_FORWARDING, 'ForwardAgent ForwardX11Timeout Tunnel XAuthLocation'],
  [NO_FORWARDING, 'ClearAllForwardings ExitOnForwardFailure ForwardX11 ForwardX11Trusted', value.flag],
  ['it changes speed alone', 'Compression'],
  ['a run that fails is run again', 'ConnectionAttempts', value.integer],
  [NO_SHARING, 'ControlMaster ControlPath ControlPersist'],
  [NO_TTY, 'EnableEscapeCommandline EscapeChar RequestTTY'],
  ['host-based authentication is not offered', 'EnableSSHKeysign HostbasedAuthentication', value.flag],
  ['host-based authentication is not offered', 'HostbasedAcceptedAlgorithms'],
  ['fingerprints are shown as SHA256', 'FingerprintHash'],
  [OWN_PROGRAM, 'ForkAfterAuthentication PermitLocalCommand StdinNull', value.flag],
  [OWN_PROGRAM, 'LocalCommand RemoteCommand SessionType'],
  [NO_GSSAPI, 'GSSAPIAuthentication GSSAPIDelegateCredentials GSSAPIKeyExchange', value.flag],
  [NO_GSSAPI, 'GSSAPIRenewalForcesRekey GSSAPITrustDns', value.flag],
  [NO_GSSAPI, 'GSSAPIClientIdentity GSSAPIServerIdentity GSSAPIKexAlgorithms'],
  ['it says how names are written down, not which are known', 'HashKnownHosts', value.flag],
  ['it changes the priority of packets alone', 'IPQoS'],
  ['the server chooses', 'KbdInteractiveDevices'],
  [NO_LOG, 'LogLevel LogVerbose SyslogFacility'],
  ['host keys are checked on every host', 'NoHostAuthenticationForLocalhost', value.flag],
  ['a password is given once', 'NumberOfPasswordPrompts', value.integer],
  ['the kind of a key says how it signs', 'PubkeyAcceptedAlgorithms'],
  ['keys are exchanged anew as the host asks for it', 'RekeyLimit'],
  ['RSA keys of every size that the SSH library takes are taken', 'RequiredRSASize', value.integer],
  ['keys on security keys are used through an agent', 'SecurityKeyProvider'],
  ['no variable is sent', 'SendEnv SetEnv'],
  ['ServerAliveInterval notices more', 'TCPKeepAlive', value.flag],
  ['known_hosts is written by `accept-new` alone', 'UpdateHostKeys'],
  ['keys are not looked up in the DNS; an unknown one is refused', 'VerifyHostKeyDNS'],
  ['nobody looks at it', 'VisualHostKey', value.flag],
  ['it changes no connection', 'ChannelTimeout ObscureKeystrokeTiming VersionAddendum WarnWeakCrypto'],
];

const REFUSED: readonly (readonly [
  name: string,
  because: string,
  harmless: readonly string[],
  check?: value.Check,
])[] = [
  ['BindInterface', 'it is not supported: give BindAddress an address of the interface', []],
  ['CanonicalizeHostname', 'names are not rewritten: give full names', OFF, value.canonicalize],
  ['CertificateFile', 'logging in with a certificate is not supported', ['none'], value.text],
  ['KnownHostsCommand', 'host keys come from files alone', ['none'], value.rest],
  [
    'PKCS11Provider',
    'no library is loaded: add the token to ssh-agent with ssh-add -s',
    ['none'],
    value.text,
  ],
  ['ProxyUseFdpass', 'a ProxyCommand that passes a socket on is not supported', OFF, value.flag],
  ['RefuseConnection', 'the configuration refuses the host', [], value.anything],
  ['RevokedHostKeys', 'it is not supported: mark the keys @revoked in known_hosts', ['none'], value.text],
];

/** Older and Debian's names of keywords; in lower case. */
const ALIASES: Readonly<Record<string, string>> = {
  challengeresponseauthentication: 'kbdinteractiveauthentication',
  skeyauthentication: 'kbdinteractiveauthentication',
  tisauthentication: 'kbdinteractiveauthentication',
  dsaauthentication: 'pubkeyauthentication',
  hostbasedkeytypes: 'hostbasedacceptedalgorithms',
  identityfile2: 'identityfile',
  keepalive: 'tcpkeepalive',
  protocolkeepalives: 'serveraliveinterval',
  pubkeyacceptedkeytypes: 'pubkeyacceptedalgorithms',
  setuptimeout: 'serveraliveinterval',
  smartcarddevice: 'pkcs11provider',
};

/** ssh passes over these and says so only when it is verbose (seen on OpenSSH 9.2). */
const OBSOLETE =
  `afstokenpassing cipher compressionlevel fallbacktorsh globalknownhostsfile2 kerberosauthentication
  kerberostgtpassing protocol rhostsauthentication rhostsrsaauthentication rsaauthentication useprivilegedport
  userknownhostsfile2 useroaming usersh`.split(/\s+/);

/** Every keyword, sorted by name, obsolete ones left out. */
export const KEYWORDS: readonly Keyword[] = [
  ...HONOURED.map(([name, check, because = '']) => ({
    name,
    decision: 'honoured' as const,
    because,
    check,
    harmless: [],
  })),
  ...IGNORED.flatMap(([because, names, check = value.anything]) =>
    names.split(' ').map((name) => ({ name, decision: 'ignored' as const, because, check, harmless: [] })),
  ),
  ...REFUSED.map(([name, because, harmless, check = value.text]) => ({
    name,
    decision: 'refused' as const,
    because,
    check,
    harmless,
  })),
].sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));

const BY_NAME = new Map<string, Keyword>([
  ...OBSOLETE.map((name): [string, Keyword] => [
    name,
    { name, decision: 'ignored', because: 'it is obsolete', check: value.anything, harmless: [] },
  ]),
  ...KEYWORDS.map((keyword): [string, Keyword] => [keyword.name.toLowerCase(), keyword]),
]);

/** `name` in lower case. */
export function keywordNamed(name: string): Keyword | undefined {
  return BY_NAME.get(Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name);
}
