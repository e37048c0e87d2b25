"""What does Ansible say of these inventories? Reads questions as JSON on stdin, answers as JSON on stdout.

One process for all of them, as Python takes its time to start. Asks the classes behind ansible-inventory and ansible,
with the arguments of those commands; decides nothing itself, but the one order that Ansible leaves to chance (see
`walk`). That it answers as the commands do is tested in test/integration/ansible-same-answer.test.ts.
"""
import json
import sys

from ansible import context
from ansible.cli import CLI
from ansible.cli.inventory import InventoryCLI
from ansible.inventory.group import Group
from ansible.utils.context_objects import CLIArgs
from ansible.utils.display import Display


def walk(group, rel, include_self=False, preserve_ordering=False):
    """Ansible walks a set of groups here, so from the second level down its order of hosts differs from run to run.

    The same walk with the order in which the groups were added: one of those that Ansible may give.
    """
    ordered = {group: None} if include_self else {}
    level = {group: None}
    while level:
        level = {one: None for above in level for one in getattr(above, rel) if one not in ordered}
        ordered.update(level)
    return list(ordered) if preserve_ordering else set(ordered)


Group._walk_relationship = walk
# The class of the real one allows only one set of arguments a process.
context._init_global_context = lambda options: setattr(context, 'CLIARGS', CLIArgs.from_options(options))


def read(text):
    """Numbers that JSON or a double cannot hold are shown as they are written."""
    def whole(digits):
        return int(digits) if abs(int(digits)) < 2**53 else {'number': digits}
    return json.loads(text, parse_int=whole, parse_constant=lambda name: {'number': name})


warnings = []
Display.warning = lambda self, msg, formatted=False: warnings.append(str(msg))


def attempt(question):
    """What Ansible does not catch ends its commands too: with `Unexpected Exception`."""
    try:
        return question()
    except Exception as error:
        return {'error': str(error)}


def forget(inventory):
    """Each question is asked as of a fresh process: no limit, and nobody has named the implicit localhost yet."""
    data = inventory._inventory
    if data.localhost is not None and data.localhost.implicit:
        data.localhost = None
    inventory.subset(None)
    inventory.clear_caches()


def matched(inventory, pattern, limit):
    """As AdHocCLI.run, where without a limit no host is no error; but a bad pattern is one, as in a playbook."""
    forget(inventory)
    try:
        return [str(host) for host in CLI.get_host_list(inventory, limit, pattern)]
    except Exception as error:
        nobody = 'leaves us with no hosts' in str(error)
        return [] if nobody and not limit else {'error': str(error)}


def answer(question):
    warnings.clear()
    cli = InventoryCLI(['ansible-inventory', '--list', *question['arguments']])
    cli.parse()
    cli.loader, cli.inventory, cli.vm = cli._play_prereqs()
    matches = [matched(cli.inventory, one['pattern'], one['limit']) for one in question['patterns']]
    forget(cli.inventory)
    hosts = {}
    for name in dict.fromkeys([*cli.inventory.hosts, 'localhost']):
        only = attempt(lambda: cli.inventory.get_hosts(name))
        if isinstance(only, dict) or len(only) != 1:
            hosts[name] = {'error': 'You must pass a single valid host to --host parameter'}
        else:
            variables = cli._get_host_variables(host=only[0])
            if only[0].implicit:
                # The path of the Python that runs this; it says nothing of the inventory.
                variables.pop('ansible_python_interpreter')
            hosts[name] = read(cli.dump(variables))
    return {
        'list': read(cli.dump(cli.json_inventory(cli._get_group('all')))),
        'graph': '\n'.join(cli._graph_group(cli._get_group('all'))),
        'hosts': hosts,
        'matches': matches,
        'rejected': [one for one in warnings if 'Failed to parse' in one or 'Unable to parse' in one],
    }


json.dump({one['name']: attempt(lambda: answer(one)) for one in json.load(sys.stdin)}, sys.stdout)
