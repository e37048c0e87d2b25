/**
 * The one list of what a macvtap entry may say: each field's type, limits, default and meaning. The checks
 * (check-field.ts) and the JSON Schema (schema.ts) both read it; it judges nothing itself.
 */
import type { Mac } from '../model/mac.ts';
import { ADDR_GEN_MODES, MAX_TXQUEUELEN, MODES } from '../model/macvtap.ts';

/** What a field's value must be. `aliases` maps other accepted spellings to the value. */
export type FieldType =
  | { readonly type: 'interface-name' | 'lower-name' | 'mac' | 'mac-list' | 'text' | 'boolean' }
  | { readonly type: 'integer'; readonly min: number; readonly max: number; readonly unit: string }
  | {
      readonly type: 'one-of';
      readonly values: readonly string[];
      readonly aliases?: { readonly [spelling: string]: string };
    };

export interface FieldRule {
  readonly is: FieldType;
  readonly description: string;
  readonly example?: string;
}

/**
 * A host's answer has a link's options in one netlink attribute of at most 65,535 bytes, 12 for each address: above 5,455
 * nothing of the list can be read any more (kernel 6.18, iproute2 6.1), so it could never be verified. What later
 * kernels put beside the list needs some room.
 */
export const MAX_SOURCE_MACS = 5400;

export const NAME_RULE: FieldRule = {
  is: { type: 'interface-name' },
  description:
    'Name of the interface on the host: 1 to 15 letters, digits, dots, underscores or dashes, the first a letter or digit.',
};

export const FIELDS = {
  lower: {
    is: { type: 'lower-name' },
    description:
      'Name of the lower device (NIC, VF, bond, VLAN or veth) the macvtap is stacked on. Required unless absent.',
  },
  mode: {
    is: { type: 'one-of', values: MODES, aliases: { passthrough: 'passthru' } },
    description: 'Mode of the macvtap. Default: vepa, as in the kernel.',
  },
  nopromisc: {
    is: { type: 'boolean' },
    description: 'Leave the lower device out of promiscuous mode; passthru mode only.',
  },
  mac: {
    is: { type: 'mac' },
    description:
      'MAC address, or auto: derived from host and interface name, the same in every run. Default: auto; in passthru mode the lower device’s own.',
  },
  source_macs: {
    is: { type: 'mac-list' },
    description:
      'Source addresses that are let in, at most 5,400; source mode only. A set: order means nothing.',
  },
  mtu: { is: { type: 'integer', min: 68, max: 65_535, unit: 'bytes' }, description: 'MTU in bytes.' },
  txqueuelen: {
    is: { type: 'integer', min: 0, max: MAX_TXQUEUELEN, unit: 'frames' },
    description: 'Frames in the tap’s receive ring. With 0 the guest receives nothing.',
  },
  bcqueuelen: {
    is: { type: 'integer', min: 0, max: 4_294_967_295, unit: 'frames' },
    description: 'Broadcast and multicast frames queued for this macvtap.',
  },
  queues: {
    is: { type: 'integer', min: 1, max: 4096, unit: 'queues' },
    description: 'Number of tx and of rx queues; fixed at creation.',
  },
  addrgenmode: {
    is: { type: 'one-of', values: ADDR_GEN_MODES },
    description:
      'IPv6 address generation. Default: none, so that an idle tap is no live IPv6 port of the hypervisor.',
  },
  allmulticast: {
    is: { type: 'boolean' },
    description: 'Receive all multicast. Default: true; without it a guest’s IPv6 neighbour discovery fails.',
  },
  promisc: { is: { type: 'boolean' }, description: 'Promiscuous mode of the macvtap.' },
  alias: {
    is: { type: 'text' },
    description: 'A free description for people, kept after the mark in the interface alias.',
  },
  state: {
    is: { type: 'one-of', values: ['up', 'down', 'absent'] },
    description: 'State of the interface. Default: up.',
  },
  disruption: {
    is: { type: 'one-of', values: ['refuse', 'allow'] },
    description: 'What to do where a change would cut off a process that holds the tap. Default: refuse.',
  },
} as const satisfies { readonly [key: string]: FieldRule };

export type FieldKey = keyof typeof FIELDS;
export const FIELD_KEYS = Object.keys(FIELDS) as FieldKey[];

/** A field's value once judged: `auto` for a MAC to derive. */
export type FieldResult = string | number | boolean | readonly Mac[];

/** What is filled in where a play says nothing; a field without an entry here is then not judged. */
export const FIELD_DEFAULTS = {
  mode: 'vepa',
  addrgenmode: 'none',
  allmulticast: true,
  state: 'up',
  disruption: 'refuse',
} as const;

export function isFieldKey(key: string): key is FieldKey {
  return Object.hasOwn(FIELDS, key);
}
