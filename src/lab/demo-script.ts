/** What the demo shows, in order: what to look at, what is typed, how it must end. Data only; nothing is run here. */

export type DemoStep =
  | {
      readonly kind: 'tapfleet';
      readonly look: string;
      readonly words: readonly string[];
      /** The exit code that the product promises here. */
      readonly code: number;
    }
  | {
      readonly kind: 'by-hand';
      readonly look: string;
      /** Host and the command line typed there. */
      readonly lines: readonly (readonly [host: string, line: string])[];
    };

const INVENTORY = ['-i', '.tapfleet/lab/inventory.yml'];
const PLAYBOOK = ['playbooks/lab.yml', ...INVENTORY];

/** Exit code 2 says "there are differences"; `plan` says so only with --detailed-exitcode. */
export const DEMO_STEPS: readonly DemoStep[] = [
  {
    kind: 'tapfleet',
    look: 'The hosts have no macvtap yet: the plan creates every interface the playbook declares. Nothing is changed.',
    words: ['plan', ...PLAYBOOK, '--detailed-exitcode'],
    code: 2,
  },
  {
    kind: 'tapfleet',
    look: 'All hosts at once, and every host is read again afterwards to see that it is so.',
    words: ['apply', ...PLAYBOOK, '-y'],
    code: 0,
  },
  {
    kind: 'tapfleet',
    look: 'A second plan is empty.',
    words: ['plan', ...PLAYBOOK, '--detailed-exitcode'],
    code: 0,
  },
  {
    kind: 'by-hand',
    look: 'Now somebody changes the hosts by hand: a mode, an MTU, and one interface is gone.',
    lines: [
      ['lab01', 'ip link set dev web0 type macvtap mode private'],
      ['lab02', 'ip link set dev web0 mtu 1300'],
      ['lab03', 'ip link del dev cam0'],
    ],
  },
  {
    kind: 'tapfleet',
    look: 'Drift names each of them, with what it was and what it is. Exit code 2.',
    words: ['drift', ...PLAYBOOK],
    code: 2,
  },
  {
    kind: 'tapfleet',
    look: 'Applying repairs what drifted and leaves everything else alone.',
    words: ['apply', ...PLAYBOOK, '-y'],
    code: 0,
  },
  {
    kind: 'tapfleet',
    look: 'The plan is empty again.',
    words: ['plan', ...PLAYBOOK, '--detailed-exitcode'],
    code: 0,
  },
  {
    kind: 'tapfleet',
    look: 'What a next release would do: ~ in place, -/+ replaced (a guest would lose its link), - deleted.',
    words: ['plan', 'playbooks/lab-changed.yml', ...INVENTORY, '--detailed-exitcode'],
    code: 2,
  },
];
