// What the hosts are to have while they are measured: the same macvtaps for tapfleet and for the others.

export const PROGRAM = new URL('../../dist/main.js', import.meta.url).pathname;

/** A play for every host, `count` macvtaps on `lower`. */
export function play(count, { lower = 'eno1', ...more } = {}) {
  return [
    {
      name: 'Bench',
      hosts: 'hypervisors',
      defaults: { lower, mode: 'bridge' },
      macvtaps: Array.from({ length: count }, (_, n) => ({ name: `tap${n}`, mtu: 1500, ...more })),
    },
  ];
}

/** The same in the words of Ansible: facts, then a task a macvtap. */
export function ansiblePlay(count) {
  const tasks = Array.from({ length: count }, (_, n) => ({
    name: `tap${n}`,
    'ansible.builtin.shell': [
      `ip link add link eno1 name tap${n} mtu 1500 type macvtap mode bridge`,
      `ip link set dev tap${n} addrgenmode none`,
      `ip link set dev tap${n} alias "made by the bench"`,
      `ip link set dev tap${n} up`,
    ].join(' && '),
    args: { creates: `/sys/class/net/tap${n}` },
  }));
  return [{ name: 'Bench', hosts: 'hypervisors', gather_facts: true, tasks }];
}
