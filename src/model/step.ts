/**
 * What is done on a host, one kernel operation each: the meaning is a Change, this is its doing. Rendered to a line of
 * `ip -batch` in src/iproute/batch.ts.
 */
import type { Mac } from './mac.ts';
import type { AddrGenMode, MacvtapFields, Mode } from './macvtap.ts';

export type Operation =
  | {
      readonly op: 'add';
      readonly name: string;
      /** Only where an interface comes back: its old ifindex, and with it the name of its tap device. */
      readonly index?: number;
      readonly fields: Pick<MacvtapFields, 'lower' | 'mode'> &
        Partial<Pick<MacvtapFields, 'mac' | 'mtu' | 'txqueuelen' | 'bcqueuelen' | 'nopromisc'>> & {
          readonly queues?: number;
        };
    }
  | { readonly op: 'delete'; readonly name: string }
  | { readonly op: 'set-group'; readonly name: string; readonly group: number | string }
  | { readonly op: 'delete-group'; readonly group: number; readonly names: readonly string[] }
  | { readonly op: 'alias'; readonly name: string; readonly alias: string }
  | { readonly op: 'altname'; readonly name: string; readonly altname: string }
  | { readonly op: 'state'; readonly name: string; readonly state: 'up' | 'down' }
  | { readonly op: 'mac'; readonly name: string; readonly mac: Mac }
  | { readonly op: 'mode'; readonly name: string; readonly mode: Mode }
  | { readonly op: 'nopromisc'; readonly name: string; readonly on: boolean }
  | { readonly op: 'mtu' | 'txqueuelen' | 'bcqueuelen'; readonly name: string; readonly value: number }
  | { readonly op: 'addrgenmode'; readonly name: string; readonly value: AddrGenMode | string }
  /** Takes away the link-local address that an interface which is up keeps when its addrgenmode becomes none. */
  | { readonly op: 'flush-link-local'; readonly name: string }
  | { readonly op: 'allmulticast' | 'promisc'; readonly name: string; readonly on: boolean }
  | { readonly op: 'source-add' | 'source-del'; readonly name: string; readonly mac: Mac };

export interface Step {
  /** Names of the interfaces whose change this step belongs to. */
  readonly interfaces: readonly string[];
  readonly operation: Operation;
}
