/**
 * Lists of algorithms as ssh_config(5) writes them → what ssh2 is told. Names it does not know are left out; where none is
 * left, that is the host's trouble.
 */
import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';
import type { SshLogin } from '../model/connection.ts';
import { compilePattern, compilePatternList } from '../ssh-config/pattern.ts';
import { trouble } from './connection.ts';
import { algorithmList } from './ssh2.ts';

/** `hostKeys`: those we take, the known ones first. */
export function algorithmsOf(
  { algorithms: { ciphers, kex, macs, hostKeys: wanted } }: SshLogin,
  hostKeys: readonly ServerHostKeyAlgorithm[],
): Algorithms {
  const lists = {
    ...(kex === undefined
      ? {}
      : { kex: choose('KexAlgorithms', kex, algorithmList('DEFAULT_KEX'), algorithmList('SUPPORTED_KEX')) }),
    ...(ciphers === undefined
      ? {}
      : {
          cipher: choose(
            'Ciphers',
            ciphers,
            algorithmList('DEFAULT_CIPHER'),
            algorithmList('SUPPORTED_CIPHER'),
          ),
        }),
    ...(macs === undefined
      ? {}
      : { hmac: choose('MACs', macs, algorithmList('DEFAULT_MAC'), algorithmList('SUPPORTED_MAC')) }),
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
  const chosen = assemble(written, usual, known);
  if (chosen.length > 0) return [...chosen];
  throw trouble(
    'connection-lost',
    `${keyword} "${written}" leaves nothing that tapfleet can do: it knows ${known.join(', ')}`,
  );
}

/**
 * The names that a list means, as kex.c's kex_assemble_names: `+` after the usual ones, `-` without, `^` before; else in
 * their place. Patterns stand for the known names that they match; a name counts where it comes first.
 */
export function assemble(
  written: string,
  usual: readonly string[],
  known: readonly string[],
): readonly string[] {
  const sign = /^[-+^]/.exec(written)?.[0];
  const names = (sign ? written.slice(1) : written).split(',').map((name) => name.trim());
  if (sign === '-') {
    const matches = compilePatternList(names.join(','));
    return usual.filter((name) => !matches(name));
  }
  const mine = names.flatMap((name) => known.filter(compilePattern(name)));
  const before = sign === '+' ? usual : [];
  const after = sign === '^' ? usual : [];
  return [...new Set([...before, ...mine, ...after])];
}
