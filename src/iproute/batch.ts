/**
 * One operation → one line of `ip -batch`. Every name and value was checked before it came here, and passes a last gate
 * all the same, whatever its type says: a file may have been changed by hand, a host may say anything, and these lines
 * run as root. One attribute a line: `ip link set` with several is not atomic (tried: mode set, mtu refused, rc 2).
 */
import { assertNever } from '../model/json.ts';
import { batchWord, MODE_WORD } from '../model/names.ts';
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
      return set(operation.name, `group ${group(operation.group)}`);
    case 'delete-group':
      return `link del group ${number(operation.group)}`;
    case 'alias':
      return set(operation.name, `alias ${quote(operation.alias)}`);
    case 'altname':
      return `link property add dev ${word(operation.name)} altname ${word(operation.altname)}`;
    case 'state':
      return set(operation.name, state(operation.state));
    case 'mac':
      return set(operation.name, `address ${mac(operation.mac)}`);
    case 'mode':
      return set(operation.name, `type macvtap mode ${keyword(operation.mode)}`);
    case 'nopromisc':
      // iproute2 takes the flag only beside its mode; `flag null` clears it.
      return set(operation.name, `type macvtap mode passthru ${operation.on ? 'nopromisc' : 'flag null'}`);
    case 'mtu':
    case 'txqueuelen':
      return set(operation.name, `${operation.op} ${number(operation.value)}`);
    case 'bcqueuelen':
      return set(operation.name, `type macvtap bcqueuelen ${number(operation.value)}`);
    case 'addrgenmode':
      return set(operation.name, `addrgenmode ${keyword(operation.value)}`);
    case 'flush-link-local':
      return `addr flush dev ${word(operation.name)} scope link`;
    case 'allmulticast':
    case 'promisc':
      return set(operation.name, `${operation.op} ${operation.on ? 'on' : 'off'}`);
    case 'source-add':
      return set(operation.name, `type macvtap macaddr add ${mac(operation.mac)}`);
    case 'source-del':
      return set(operation.name, `type macvtap macaddr del ${mac(operation.mac)}`);
    default:
      return assertNever(operation);
  }
}

function set(name: string, what: string): string {
  return `link set dev ${word(name)} ${what}`;
}

function addLine({ name, index, fields }: Extract<Operation, { op: 'add' }>): string {
  const words = ['link add link', word(fields.lower), 'name', word(name)];
  if (index !== undefined) words.push('index', number(index));
  if (fields.mac !== undefined) words.push('address', mac(fields.mac));
  if (fields.mtu !== undefined) words.push('mtu', number(fields.mtu));
  if (fields.txqueuelen !== undefined) words.push('txqueuelen', number(fields.txqueuelen));
  if (fields.queues !== undefined) {
    words.push('numtxqueues', number(fields.queues), 'numrxqueues', number(fields.queues));
  }
  words.push('type macvtap mode', keyword(fields.mode));
  if (fields.nopromisc) words.push('nopromisc');
  if (fields.bcqueuelen !== undefined) words.push('bcqueuelen', number(fields.bcqueuelen));
  return words.join(' ');
}

function number(value: unknown): string {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw refused('a number', value);
  return String(value);
}

function state(value: unknown): string {
  if (value !== 'up' && value !== 'down') throw refused('a state', value);
  return value;
}

/** Also one of a later kernel, which the way back gives as it was found. It can be nothing but one word. */
function keyword(value: unknown): string {
  if (typeof value !== 'string' || !MODE_WORD.test(value)) throw refused('a mode', value);
  return value;
}

function mac(value: unknown): string {
  if (typeof value !== 'string' || !/^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/.test(value))
    throw refused('an address', value);
  return value;
}

/** A name from the host's table, where it is no number. */
function group(value: unknown): string {
  return typeof value === 'number' ? number(value) : word(value);
}

function word(text: unknown): string {
  const written = typeof text === 'string' ? batchWord(text) : undefined;
  if (written === undefined) throw refused('a word', text);
  return written;
}

/** iproute2 has no escapes inside quotes, and `#` cuts the line even there. */
function quote(text: unknown): string {
  if (typeof text !== 'string' || /["#\\\u0000-\u001f\u007f]/.test(text)) throw refused('to be quoted', text);
  return `"${text}"`;
}

/** A fault of ours, for everything was checked before. */
function refused(what: string, value: unknown): Error {
  return new Error(`not ${what} for ip -batch: ${JSON.stringify(value)}`);
}
