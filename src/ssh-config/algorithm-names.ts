/**
 * Which algorithms does ssh know by name? `ssh -Q` of OpenSSH 9.2, and the names that came after it. A name that is not
 * here is a bad value; whether tapfleet can do one that is here is said when a host needs it (remote/algorithms.ts).
 */

const words = (text: string): readonly string[] => text.split(/\s+/).filter(Boolean);

const ETM = (names: readonly string[]) =>
  names.map((name) =>
    name.endsWith('@openssh.com') ? name.replace('@', '-etm@') : `${name}-etm@openssh.com`,
  );

export const CIPHERS = words(`3des-cbc aes128-cbc aes192-cbc aes256-cbc aes128-ctr aes192-ctr aes256-ctr
  aes128-gcm@openssh.com aes256-gcm@openssh.com chacha20-poly1305@openssh.com rijndael-cbc@lysator.liu.se`);

const PLAIN_MACS = words(`hmac-sha1 hmac-sha1-96 hmac-sha2-256 hmac-sha2-512 hmac-md5 hmac-md5-96
  umac-64@openssh.com umac-128@openssh.com`);

export const MACS: readonly string[] = [...PLAIN_MACS, ...ETM(PLAIN_MACS)];

export const KEX = words(`diffie-hellman-group1-sha1 diffie-hellman-group14-sha1 diffie-hellman-group14-sha256
  diffie-hellman-group16-sha512 diffie-hellman-group18-sha512 diffie-hellman-group-exchange-sha1
  diffie-hellman-group-exchange-sha256 ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521 curve25519-sha256
  curve25519-sha256@libssh.org sntrup761x25519-sha512 sntrup761x25519-sha512@openssh.com mlkem768x25519-sha256`);

const CERTIFIED = words('ssh-ed25519 ecdsa-sha2-nistp256 ecdsa-sha2-nistp384 ecdsa-sha2-nistp521 ssh-dss');
const RSA = words('ssh-rsa rsa-sha2-256 rsa-sha2-512');
const WITH_DEVICE = ['sk-ssh-ed25519', 'sk-ecdsa-sha2-nistp256'];

/** Of host keys and of users' keys. */
export const KEY_TYPES: readonly string[] = [
  ...[...CERTIFIED, ...RSA].flatMap((name) => [name, `${name}-cert-v01@openssh.com`]),
  ...WITH_DEVICE.flatMap((name) => [`${name}@openssh.com`, `${name}-cert-v01@openssh.com`]),
  'webauthn-sk-ecdsa-sha2-nistp256@openssh.com',
];
