/** Answers what there is to be searched: each host with its status and, of each change, the words it is looked for by. */
import type { Action } from '../../../model/change.ts';
import type { Status } from '../../../model/report.ts';
import { cutsOff } from '../../cuts-off.ts';
import { fill, type Kind, type Leaf, type Packed, type PackedHost, type Shape } from '../packed.ts';

export interface ChangeEntry {
  readonly shape: number;
  readonly leaves: readonly Leaf[];
  readonly name: string;
  readonly action: Action;
  /** A holder would lose something by it. */
  readonly disturbs: boolean;
  /** Which leaves are names of guests. */
  readonly guests: ReadonlySet<number>;
  /** Lower-case: name, lower devices and addresses before and after, guests. */
  readonly text: string;
}

export interface HostEntry {
  readonly name: string;
  readonly text: string;
  readonly status: Status;
  readonly kind: Kind;
  readonly changes: readonly ChangeEntry[];
}

export interface Fleet {
  readonly packed: Packed;
  readonly hosts: readonly HostEntry[];
}

/** Hosts in the order of the report. */
export function readFleet(packed: Packed): Fleet {
  const searched = packed.shapes.map(searchedOf);
  return { packed, hosts: packed.hosts.map((host) => readHost(packed, host, searched)) };
}

/** Of a shape what is looked at of every change; taken out once, for a fleet has many changes of few shapes. */
interface Searched {
  readonly name: Shape;
  readonly action: Action;
  readonly disturbs: boolean;
  readonly guests: ReadonlySet<number>;
  readonly words: readonly Shape[];
}

function searchedOf(shape: Packed['shapes'][number]): Searched {
  const words = ['before', 'after'].flatMap((side) => {
    const state = shape[side];
    return ['lower', 'mac'].map((key) => (isObject(state) ? (state[key] ?? '') : ''));
  });
  const holders = Array.isArray(shape.holders) ? (shape.holders as readonly Shape[]) : [];
  const guests = holders.flatMap((holder) => (isObject(holder) ? (holder.guest ?? []) : []));
  return {
    name: shape.interface ?? '',
    action: shape.action as Action,
    disturbs: cutsOff({
      disruptions: Array.isArray(shape.disruptions) ? shape.disruptions : [],
      holders,
      holders_known: shape.holders_known === true,
    }),
    guests: new Set(guests.flatMap((guest) => (isObject(guest) ? Number(guest['']) : []))),
    words: [shape.interface ?? '', ...words, ...guests],
  };
}

function isObject(shape: Shape | undefined): shape is { readonly [key: string]: Shape } {
  return typeof shape === 'object' && shape !== null && !Array.isArray(shape);
}

function readHost(packed: Packed, host: PackedHost, searched: readonly Searched[]): HostEntry {
  const [name, number, ...leaves] = host;
  const kind = packed.kinds[number];
  if (!kind) throw new Error(`the report names a kind of host that it does not have: ${number}`);
  const changes = kind.shapes.flatMap((shape, index) => {
    const own = leaves[index] ?? [];
    const known = searched[shape];
    if (!known) return [];
    return {
      shape,
      leaves: own,
      name: String(fill(known.name, own)),
      action: known.action,
      disturbs: known.disturbs,
      guests: known.guests,
      text: [...new Set(known.words.map((word) => String(fill(word, own))))].join('\n').toLowerCase(),
    };
  });
  return { name, text: name.toLowerCase(), status: kind.status, kind, changes };
}
