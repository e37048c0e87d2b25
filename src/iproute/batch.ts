/**
 * One operation → one line of `ip -batch`. Every name and value was checked before it came here; `quote` is the last
 * gate. One attribute a line: `ip link set` with several is not atomic (tried: mode set, mtu refused, rc 2).
 */
import { assertNever } from '../model/json.ts';
import type { Operation, Step } from '../model/step.ts';

/** The batch of a plan: line N is step N, which is how a failure finds its step. */
export function batchOf(steps: readonly Step[]): string {
  return steps.map(({ operation }) => `${batchLine(operation)}\n`).join('');
}

export function batchLine(operation: Operation): string {
  switch (operation.op) {
    case 'add':
      return addLine(operation);
    case 'delete':
      return `link del dev ${word(operation.name)}`;
    case 'set-group':
      return set(operation.name, `group ${word(String(operation.group))}`);
    case 'delete-group':
      return `link del group ${operation.group}`;
    case 'alias':
      return set(operation.name, `alias ${quote(operation.alias)}`);
    case 'state':
      return set(operation.name, operation.state);
    case 'mac':
      return set(operation.name, `address ${word(operation.mac)}`);
    case 'mode':
      return set(operation.name, `type macvtap mode ${operation.mode}`);
    case 'nopromisc':
      // iproute2 takes the flag only beside its mode; `flag null` clears it.
      return set(operation.name, `type macvtap mode passthru ${operation.on ? 'nopromisc' : 'flag null'}`);
    case 'mtu':
    case 'txqueuelen':
      return set(operation.name, `${operation.op} ${operation.value}`);
    case 'bcqueuelen':
      return set(operation.name, `type macvtap bcqueuelen ${operation.value}`);
    case 'addrgenmode':
      return set(operation.name, `addrgenmode ${word(operation.value)}`);
    case 'flush-link-local':
      return `addr flush dev ${word(operation.name)} scope link`;
    case 'allmulticast':
    case 'promisc':
      return set(operation.name, `${operation.op} ${operation.on ? 'on' : 'off'}`);
    case 'source-add':
      return set(operation.name, `type macvtap macaddr add ${word(operation.mac)}`);
    case 'source-del':
      return set(operation.name, `type macvtap macaddr del ${word(operation.mac)}`);
    default:
      return assertNever(operation);
  }
}

function set(name: string, what: string): string {
  return `link set dev ${word(name)} ${what}`;
}

function addLine({ name, index, fields }: Extract<Operation, { op: 'add' }>): string {
  const words = ['link add link', word(fields.lower), 'name', word(name)];
  if (index !== undefined) words.push('index', String(index));
  if (fields.mac !== undefined) words.push('address', word(fields.mac));
  if (fields.mtu !== undefined) words.push('mtu', String(fields.mtu));
  if (fields.txqueuelen !== undefined) words.push('txqueuelen', String(fields.txqueuelen));
  if (fields.queues !== undefined) {
    words.push('numtxqueues', String(fields.queues), 'numrxqueues', String(fields.queues));
  }
  words.push('type macvtap mode', fields.mode);
  if (fields.nopromisc) words.push('nopromisc');
  if (fields.bcqueuelen !== undefined) words.push('bcqueuelen', String(fields.bcqueuelen));
  return words.join(' ');
}

/** A word that `ip -batch` reads as it stands; anything else here is a fault of ours, for it was checked before. */
function word(text: string): string {
  if (!/^[!$-&(-[\]-~]+$/.test(text)) throw new Error(`not a word for ip -batch: ${JSON.stringify(text)}`);
  return text;
}

/** iproute2 has no escapes inside quotes, and `#` cuts the line even there. */
function quote(text: string): string {
  if (/["#\\\u0000-\u001f\u007f]/.test(text))
    throw new Error(`cannot be quoted for ip -batch: ${JSON.stringify(text)}`);
  return `"${text}"`;
}
