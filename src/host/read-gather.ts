/**
 * The answer of the gather program → the observed state, or why it cannot be used. Trusts nothing: half an answer, an
 * answer with noise around it and one from another run are told apart from a whole one. Pure.
 */
import { parseLinksJson, type ReadLink, splitAddress } from '../iproute/links-json.ts';
import { parseAliases, parseLinksText } from '../iproute/links-text.ts';
import { readMark } from '../model/mark.ts';
import type { Holder, ObservedLink, ObservedMacvtap, ObservedState } from '../model/observed.ts';
import type { Problem } from '../model/problem.ts';
import { MARK, readSections } from './frame.ts';

export type Reading = { readonly observed: ObservedState } | { readonly problem: Problem };

/** What an exec channel brought back. */
export interface Answer {
  readonly stdout: string;
  readonly stderr: string;
  /** Undefined where the channel closed without one (the connection broke, or a signal ended the program). */
  readonly code: number | undefined;
}

export function readGather(answer: Answer, nonce: string): Reading {
  const sections = readSections(answer.stdout, nonce);
  if (!sections) return { problem: explainSilence(answer) };
  return readObserved(sections);
}

/** The part of an answer that `gather` and `apply` share. */
export function readObserved(sections: ReadonlyMap<string, string>): Reading {
  const [uid = '', kernel = '', ...host] = (sections.get('host') ?? '').trim().split('\n');
  const version = [...host, ...(sections.get('version') ?? '').trim().split('\n')].filter(Boolean);
  if (version[0] === 'no-ip') {
    return bad(
      'missing-tool',
      'no command "ip" in PATH or the sbin directories: install iproute2 on the host',
    );
  }
  const { links, device } = readLinks(sections);
  if (!links) {
    const said = version.join(' ') || 'nothing';
    return /busybox/i.test(said)
      ? bad(
          'missing-tool',
          'the host’s "ip" is BusyBox’s, which knows no macvtap: install iproute2 on the host',
        )
      : bad(
          'bad-answer',
          `"ip link show" gave nothing that can be read ("ip -V" says: ${said.slice(0, 120)})`,
        );
  }
  const root = uid === '0';
  const holders = readHolders(sections.get('holders') ?? '', root);
  return {
    observed: {
      kernel,
      iproute2: version.join(' ').replace(/^ip utility, /, ''),
      root,
      // Whoever shows it can set it.
      knowsBcqueuelen:
        /\bbcqueuelen\b/.test(sections.get('help') ?? '') ||
        links.some(({ macvtap }) => macvtap?.bcqueuelen !== undefined),
      managementDevice: device,
      prints: readPrints(sections.get('prints') ?? ''),
      links: new Map(links.map((link) => [link.name, withoutMacvtap(link)])),
      macvtaps: new Map(
        links.flatMap((link) =>
          link.macvtap ? [[link.name, readMacvtap(link, holders(link.name))] as const] : [],
        ),
      ),
    },
  };
}

/** `INDEX: NAME[@LOWER]: …` lines by name. */
export function readPrints(text: string): Map<string, string> {
  const prints = new Map<string, string>();
  for (const line of text.split('\n')) {
    const name = /^\d+: ([^\s@:]+)/.exec(line)?.[1];
    // An alias with a newline can look like a second line of any link: the first counts, here as on the host.
    if (name !== undefined && !prints.has(name)) prints.set(name, line);
  }
  return prints;
}

/** The links, or undefined where nothing can be read; the device that has the address the login came to. */
function readLinks(sections: ReadonlyMap<string, string>): {
  readonly links: ReadLink[] | undefined;
  readonly device: string | undefined;
} {
  const said = sections.get('links') ?? '';
  const asked = (sections.get('address') ?? '').trim() !== '';
  const { links: first, device } = asked ? splitAddress(said) : { links: said, device: undefined };
  const json = parseLinksJson(first);
  // Every host has its loopback device: a list of nothing is no answer.
  const told = /^\d+: (\S+)/m.exec(sections.get('management') ?? '')?.[1];
  if (json && json.length > 0) return { links: json, device: device ?? told };
  const text = parseLinksText(sections.get('text') ?? '', parseAliases(sections.get('aliases') ?? ''));
  return { links: text.length > 0 ? text : undefined, device: told };
}

function readMacvtap(link: ReadLink, holders: readonly Holder[] | 'unknown'): ObservedMacvtap {
  const mark = readMark(link.alias);
  return {
    name: link.name,
    ifindex: link.ifindex,
    fields: { ...link.macvtap, alias: mark ? mark.text : link.alias },
    mark,
    rawAlias: link.alias,
    holders,
  };
}

function withoutMacvtap({ macvtap: _macvtap, alias: _alias, ...link }: ReadLink): ObservedLink {
  return link;
}

/**
 * `D DEVICE NAME` lines say which tap is whose, `F DEVICE PID open|stale COMM` which process has it open, `G PID NAME`
 * what QEMU calls its guest, `blind` that
 * some process could not be looked into. An interface without its `D` line was not looked for.
 */
function readHolders(text: string, root: boolean): (name: string) => readonly Holder[] | 'unknown' {
  const deviceOf = new Map<string, string>();
  const byDevice = new Map<string, Map<number, Holder>>();
  const guests = new Map<number, string>();
  let blind = !root;
  for (const line of text.split('\n')) {
    const [word, device = '', third = '', state, ...command] = line.trim().split(' ');
    if (word === 'blind') blind = true;
    else if (word === 'G') guests.set(Number(device), guestName(third));
    else if (word === 'D') deviceOf.set(third, device);
    else if (word === 'F' && state === 'open') {
      const pid = Number(third);
      const found = byDevice.get(device) ?? new Map<number, Holder>();
      byDevice.set(device, found.set(pid, { pid, command: command.join(' ') }));
    }
  }
  return (name) => {
    const device = deviceOf.get(name);
    const found = device === undefined ? undefined : byDevice.get(device);
    const list = [...(found?.values() ?? [])]
      .sort((a, b) => a.pid - b.pid)
      .map((holder) => withGuest(holder, guests.get(holder.pid)));
    // A holder that was seen is worth naming even where others may be hidden.
    return device === undefined || (blind && list.length === 0) ? 'unknown' : list;
  };
}

function withGuest(holder: Holder, guest: string | undefined): Holder {
  return guest ? { ...holder, guest } : holder;
}

/** QEMU's `-name guest=web,debug-threads=on`, as libvirt writes it, or the older `-name web`. */
function guestName(option: string): string {
  const parts = option.split(',');
  const named = parts.find((part) => part.startsWith('guest='));
  return named ? named.slice('guest='.length) : (parts[0] ?? '');
}

/** Only a program of ours that runs says it: the command itself has no nonce here. */
const BEGUN = new RegExp(`${MARK}:[0-9a-f]+:begin`);

/** Why there is no whole answer: the words of a shell, or a connection that broke. */
export function explainSilence(answer: Answer): Problem {
  const said = `${answer.stderr.trim() || answer.stdout.trim()}`
    .split('\n')
    .slice(-3)
    .join(' · ')
    .slice(0, 300);
  if (answer.code === undefined) {
    return {
      kind: 'connection-lost',
      message: `the connection broke before the answer was whole${said ? `: ${said}` : ''}`,
    };
  }
  if (answer.code === 127 || answer.code === 126) {
    return { kind: 'missing-tool', message: `the host could not run /bin/sh (code ${answer.code}): ${said}` };
  }
  const instead =
    'see what ForceCommand, "command=" of authorized_keys, the login shell or its rc files do instead';
  const message = BEGUN.test(answer.stdout)
    ? `the answer ends in the middle (code ${answer.code}): ${said}`
    : `the login did not run the command it was given (code ${answer.code})${said ? `, it said: ${said}` : ' and said nothing'}; ${instead}`;
  return { kind: 'bad-answer', message };
}

function bad(kind: Problem['kind'], message: string): Reading {
  return { problem: { kind, message } };
}
