/**
 * Lists of algorithms as ssh_config(5) writes them → what ssh2 is told. Names it does not know are left out; where none is
 * left, that is the host's trouble.
 */
import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';
import ssh2Constants from 'ssh2/lib/protocol/constants.js';
import type { SshLogin } from '../model/connection.ts';
import { compilePatternList } from '../ssh-config/pattern.ts';
import { trouble } from './connection.ts';

const listOf = (list: string) => ssh2Constants[list] ?? [];

/** `hostKeys`: those we take, the known ones first. */
export function algorithmsOf(
  { algorithms: { ciphers, kex, macs, hostKeys: wanted } }: SshLogin,
  hostKeys: readonly ServerHostKeyAlgorithm[],
): Algorithms {
  const lists = {
    ...(kex === undefined
      ? {}
      : { kex: choose('KexAlgorithms', kex, listOf('DEFAULT_KEX'), listOf('SUPPORTED_KEX')) }),
    ...(ciphers === undefined
      ? {}
      : { cipher: choose('Ciphers', ciphers, listOf('DEFAULT_CIPHER'), listOf('SUPPORTED_CIPHER')) }),
    ...(macs === undefined
      ? {}
      : { hmac: choose('MACs', macs, listOf('DEFAULT_MAC'), listOf('SUPPORTED_MAC')) }),
    serverHostKey: wanted === undefined ? hostKeys : choose('HostKeyAlgorithms', wanted, hostKeys, hostKeys),
  };
  return lists as Algorithms;
}

function choose(
  keyword: string,
  written: string,
  usual: readonly string[],
  known: readonly string[],
): string[] {
  const sign = /^[-+^]/.exec(written)?.[0];
  const names = (sign ? written.slice(1) : written).split(',').map((name) => name.trim());
  const mine = names.filter((name) => known.includes(name));
  const rest = usual.filter((name) => !mine.includes(name));
  const matches = compilePatternList(names.join(','));
  const chosen =
    sign === '-'
      ? usual.filter((name) => !matches(name))
      : sign === '+'
        ? [...rest, ...mine]
        : sign === '^'
          ? [...mine, ...rest]
          : mine;
  if (chosen.length > 0) return [...new Set(chosen)];
  throw trouble(
    'connection-lost',
    `${keyword} "${written}" leaves nothing that tapfleet can do: it knows ${known.join(', ')}`,
  );
}
