/** The one list of a play's keys. The parser and the JSON Schema both read it. */

/** The keys of a play, in the order the contract has them, with what each is for. */
export const PLAY_KEYS = {
  name: 'What the play is for; shown to people.',
  hosts: 'A host pattern of Ansible, or a list of them.',
  vars: 'Variables of the play.',
  serial: 'Batch sizes: a number of hosts, a percentage, or a list of those.',
  max_fail_percentage: 'A batch with more failed hosts than this ends the run; 0 to 100.',
  any_errors_fatal: 'One failed host ends the run. Default: false.',
  throttle_by:
    'At most so many hosts at once for each value of a variable, such as {var: rack, limit: 1}; limit is 1 where it is left out.',
  order:
    'In which order hosts are gone through: inventory (default), reverse_inventory (or reverse), sorted, reverse_sorted, shuffle.',
  become: 'Become root on the host.',
  owner: 'The owner written into the mark of each interface. Default: default.',
  prune:
    'owned: delete this owner’s interfaces that no play of the run declares; none: delete nothing undeclared. Default: owned.',
  ignore:
    'What others own: differences that match are counted, and neither changed nor called drift. Holds for interfaces of the play’s owner.',
  defaults: 'Fields for every macvtap of the play that does not give its own.',
  macvtaps: 'The macvtap interfaces that the hosts must have, or must not have.',
} as const;
