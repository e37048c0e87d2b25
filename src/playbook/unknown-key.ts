/** What to say of a key that does not belong where it stands: the nearest right one, Ansible's own, or one to come. */
import type { Diagnostics } from '../model/diagnostic.ts';
import { isTemplate } from '../template/evaluate.ts';
import type { SourceEntry } from '../yaml/source.ts';
import { closestOf } from './closest.ts';
import { oneOf, quote } from './quote.ts';
import { refuseTemplateKey } from './written.ts';

/** Contract §3 marks them as later. */
const LATER = new Set(['persist', 'tap']);

/** Keywords of Ansible's plays, and of its tasks where they are likely to be tried here. */
const ANSIBLE = new Set(
  (
    'tasks pre_tasks post_tasks roles handlers gather_facts gather_subset gather_timeout connection vars_files vars_prompt ' +
    'strategy remote_user user port environment module_defaults collections tags ignore_errors ignore_unreachable ' +
    'become_user become_method become_flags become_exe check_mode diff debugger fact_path force_handlers no_log ' +
    'run_once throttle timeout import_playbook include block rescue always register notify delegate_to until retries ' +
    'delay with_items with_sequence with_dict with_nested loop_control'
  ).split(' '),
);

const ANSIBLE_HINTS: { readonly [key: string]: string } = {
  connection: 'set ansible_connection in the inventory',
  remote_user: 'set ansible_user in the inventory, or use --user',
  user: 'set ansible_user in the inventory, or use --user',
  port: 'set ansible_port in the inventory',
  vars_files: 'put the variables in group_vars or host_vars, or give the file with -e @FILE',
  vars_prompt: 'give the variable with -e',
  gather_facts: 'leave it out: tapfleet reads what it needs from every host',
  tasks: 'declare interfaces under macvtaps; nothing else is run on a host',
  roles: 'declare interfaces under macvtaps; nothing else is run on a host',
  become_user: 'set ansible_become_user in the inventory',
  become_method: 'set ansible_become_method in the inventory',
  with_items: 'use loop',
  with_sequence: 'use loop with a range: loop: "{{ range(0, 4) | list }}"',
  loop_control: 'leave it out: the variable of a loop is always item',
  strategy: 'leave it out: hosts run in parallel, in the batches of serial',
};

/** Reports `entry`, whose key is none of `known`, as a key of `place` ("a play", "defaults", "a macvtap"). */
export function reportUnknownKey(
  entry: SourceEntry,
  place: string,
  known: readonly string[],
  diagnostics: Diagnostics,
  elsewhere: { readonly [key: string]: string } = {},
): void {
  const { key, keyWhere: where } = entry;
  const hint = Object.hasOwn(elsewhere, key) ? elsewhere[key] : undefined;
  if (isTemplate(key)) refuseTemplateKey(entry, diagnostics);
  else if (hint) diagnostics.error(`${quote(key)} is not a key of ${place}`, { hint, where });
  else if (LATER.has(key)) {
    diagnostics.error(`${quote(key)} is not supported yet`, { hint: 'leave it out', where });
  } else if (ANSIBLE.has(key)) {
    diagnostics.error(`${quote(key)} is a key of Ansible, not of a tapfleet play`, {
      hint:
        (Object.hasOwn(ANSIBLE_HINTS, key) ? ANSIBLE_HINTS[key] : undefined) ??
        'leave it out: a tapfleet play only declares macvtaps',
      where,
    });
  } else {
    const near = closestOf(key, known);
    diagnostics.error(`unknown key ${quote(key)} in ${place}`, {
      hint: near ? `did you mean ${near}?` : `known keys: ${oneOf(known)}`,
      where,
    });
  }
}
