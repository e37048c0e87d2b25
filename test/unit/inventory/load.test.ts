import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadInventory } from '../../../src/inventory/load.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inventory-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

async function script(name: string, body: string): Promise<void> {
  await write({ [name]: `#!/bin/sh\n${body}\n` });
  await chmod(join(folder, name), 0o755);
}

const load = (paths: readonly string[], playbookDirs: readonly string[] = []) =>
  loadInventory({
    paths: paths.map((path) => (path.includes(',') ? path : join(folder, path))),
    playbookDirs: playbookDirs.map((path) => join(folder, path)),
  });

/** The value of `v` for the host h, after loading without a mistake. */
async function loadedValue(
  files: Readonly<Record<string, string>>,
  paths = ['inv/hosts.yml'],
): Promise<unknown> {
  await write({ 'inv/hosts.yml': 'p: {children: {c: {hosts: {h: }}}}', ...files });
  const { inventory, diagnostics } = await load(paths, ['play']);
  expect(diagnostics).toEqual([]);
  return inventory.hosts.get('h')?.vars.get('v')?.value;
}

describe('group_vars and host_vars', () => {
  it.each<[string, Record<string, string>, unknown]>([
    ['.yml', { 'inv/group_vars/c.yml': 'v: 1' }, 1],
    ['.yaml', { 'inv/group_vars/c.yaml': 'v: 1' }, 1],
    ['.json', { 'inv/group_vars/c.json': '{"v": 1}' }, 1],
    ['no extension', { 'inv/group_vars/c': 'v: 1' }, 1],
    ['an empty file', { 'inv/group_vars/c.yml': '', 'inv/group_vars/all.yml': 'v: 1' }, 1],
    ['another extension is not read', { 'inv/group_vars/c.txt': 'v: 1' }, undefined],
    [
      'the first extension alone is read',
      { 'inv/group_vars/c.yml': 'v: 1', 'inv/group_vars/c.yaml': 'v: 2' },
      1,
    ],
    ['a folder in sorted order', { 'inv/group_vars/c/b.yml': 'v: 2', 'inv/group_vars/c/a.yml': 'v: 1' }, 2],
    ['a folder in a folder', { 'inv/group_vars/c/x/a.yml': 'v: 1' }, 1],
    [
      'hidden files and backups are not read',
      { 'inv/group_vars/c/.a.yml': 'v: 1', 'inv/group_vars/c/b.yml~': 'v: 2' },
      undefined,
    ],
    ['a folder hides a file', { 'inv/group_vars/c/a.yml': 'v: 1', 'inv/group_vars/c.yml': 'v: 2' }, 1],
    ['a child over its parent', { 'inv/group_vars/p.yml': 'v: 2', 'inv/group_vars/c.yml': 'v: 1' }, 1],
    ['a parent over all', { 'inv/group_vars/p.yml': 'v: 1', 'inv/group_vars/all.yml': 'v: 2' }, 1],
    [
      'a group over all beside the playbook',
      { 'inv/group_vars/p.yml': 'v: 1', 'play/group_vars/all.yml': 'v: 2' },
      1,
    ],
    [
      'the playbook over the inventory',
      { 'inv/group_vars/c.yml': 'v: 2', 'play/group_vars/c.yml': 'v: 1' },
      1,
    ],
    [
      'a parent beside the playbook over a child beside the inventory',
      { 'inv/group_vars/c.yml': 'v: 2', 'play/group_vars/p.yml': 'v: 1' },
      1,
    ],
    [
      'all of files over a group in the inventory',
      { 'inv/hosts.yml': 'c: {hosts: {h: }, vars: {v: 2}}', 'inv/group_vars/all.yml': 'v: 1' },
      1,
    ],
    [
      'a host in the inventory over groups of files',
      { 'inv/hosts.yml': 'c: {hosts: {h: {v: 1}}}', 'play/group_vars/c.yml': 'v: 2' },
      1,
    ],
    [
      'host_vars over the inventory',
      { 'inv/hosts.yml': 'c: {hosts: {h: {v: 2}}}', 'inv/host_vars/h.yml': 'v: 1' },
      1,
    ],
    [
      'host_vars of the playbook over the inventory',
      { 'inv/host_vars/h.yml': 'v: 2', 'play/host_vars/h': 'v: 1' },
      1,
    ],
    ['a file of an unknown group is not read', { 'inv/group_vars/other.yml': '- broken' }, undefined],
  ])('%s', async (_title, files, value) => {
    expect(await loadedValue(files)).toBe(value);
  });

  it('a later inventory wins', async () => {
    const files = {
      'two/hosts.yml': 'c: {}',
      'inv/group_vars/c.yml': 'v: 1',
      'two/group_vars/c.yml': 'v: 2',
    };
    expect(await loadedValue(files, ['inv/hosts.yml', 'two/hosts.yml'])).toBe(2);
  });

  it('knows the file of a variable, and of the group', async () => {
    await write({ 'hosts.yml': 'c: {hosts: {h: }}', 'group_vars/c.yml': '\nv: 1' });
    const { inventory } = await load(['hosts.yml']);
    const where = { file: join(folder, 'group_vars/c.yml'), line: 2, column: 1 };
    expect(inventory.hosts.get('h')?.vars.get('v')?.where).toEqual(where);
    expect(inventory.groups.get('c')?.vars.get('v')?.where).toEqual(where);
  });

  it.each([
    ['a list', '- a', 'a file of variables is a map'],
    ['a vault file', '$ANSIBLE_VAULT;1.1;AES256\n6162', 'is damaged'],
    ['broken YAML', 'a: [', 'not valid YAML'],
  ])('reports %s at its place', async (_title, text, problem) => {
    await write({ 'hosts.yml': 'all: {hosts: {h: }}', 'host_vars/h.yml': text });
    const { diagnostics } = await load(['hosts.yml']);
    expect(diagnostics.map((one) => one.summary)).toEqual([expect.stringContaining(problem)]);
    expect(diagnostics[0]?.where?.file).toBe(join(folder, 'host_vars/h.yml'));
  });

  it('a link that leads back up ends', async () => {
    await write({ 'hosts.yml': 'all: {hosts: {h: }}', 'group_vars/all/a.yml': 'v: 1' });
    await symlink('.', join(folder, 'group_vars/all/loop'));
    const { diagnostics } = await load(['hosts.yml']);
    expect(diagnostics.map((one) => one.summary)).toEqual([expect.stringContaining('nested too deep')]);
  });
});

describe('sources', () => {
  it('merges several in order', async () => {
    await write({
      'a.yml': 'all: {hosts: {h: {v: 1}, i: }}',
      'b.json': '{"all": {"hosts": {"h": {"v": 2}}}}',
    });
    const { inventory, diagnostics } = await load(['a.yml', 'b.json']);
    expect(diagnostics).toEqual([]);
    expect([...inventory.hosts.keys()]).toEqual(['h', 'i']);
    expect(inventory.hosts.get('h')?.vars.get('v')?.value).toBe(2);
  });

  it('takes YAML from a file without an extension', async () => {
    await write({ hosts: 'all:\n  hosts:\n    h:\n' });
    expect([...(await load(['hosts'])).inventory.hosts.keys()]).toEqual(['h']);
  });

  it('takes a list of hosts', async () => {
    const { inventory, diagnostics } = await load(['h1, h2:2222,[fe80::1]:23,h1,']);
    expect(diagnostics).toEqual([]);
    expect([...inventory.hosts.keys()]).toEqual(['h1', 'h2', 'fe80::1']);
    expect(inventory.hosts.get('h2')?.vars.get('ansible_port')?.value).toBe(2222);
    expect(inventory.hosts.get('h1')?.groups).toEqual(['ungrouped']);
  });

  it('without any source there are all and ungrouped', async () => {
    const { inventory } = await load([]);
    expect([...inventory.groups.keys()]).toEqual(['all', 'ungrouped']);
  });

  it.each([
    ['a missing file', {}, 'none.yml', 'cannot be read: there is no such file'],
    ['a directory without sources', { 'dir/a.ini': '' }, 'dir', 'holds no inventory'],
    ['a script that may not be run', { run: '#!/bin/sh\necho {}\n' }, 'run', 'but may not be executed'],
    ['TOML', { 'a.toml': '' }, 'a.toml', 'a TOML inventory is not supported'],
    ['a vault file', { 'a.yml': '$ANSIBLE_VAULT;1.1;AES256\n' }, 'a.yml', 'is damaged'],
    ['a range in a list of hosts', {}, 'h[1:2],', 'names the range "h[1:2]"'],
    ['a bad word in a list of hosts', {}, 'h 1,', 'is not the name of a host'],
    ['an empty file', { 'a.yml': '# nothing\n' }, 'a.yml', 'the inventory is empty'],
    ['a file of 9 MiB', { 'a.yml': `# ${'x'.repeat(9 * 1024 * 1024)}` }, 'a.yml', 'is larger than 8 MiB'],
  ])('reports %s', async (_title, files, path, problem) => {
    await write(files);
    const { diagnostics } = await load([path]);
    expect(diagnostics.map((one) => one.summary)).toEqual([expect.stringContaining(problem)]);
    expect(diagnostics[0]?.hint).toBeTruthy();
  });

  it.each([
    ['by its name', { 'hosts.ini': 'h1\n' }, 'hosts.ini'],
    ['by its sections', { hosts: '[web]\nh1\n' }, 'hosts'],
    ['by its words', { hosts: 'h1 ansible_host=10.0.0.1\n' }, 'hosts'],
    ['in a file that is named as YAML', { 'hosts.yml': '[web]\nh1\n' }, 'hosts.yml'],
  ])('tells INI %s', async (_title, files, path) => {
    await write(files);
    const { inventory, diagnostics } = await load([path]);
    expect(diagnostics).toEqual([]);
    expect([...inventory.hosts.keys()]).toEqual(['h1']);
  });

  it('runs an executable file without an extension, and reads an executable .yml', async () => {
    await script('run', `echo '{"web": {"hosts": ["h1"]}, "_meta": {"hostvars": {"h1": {"v": 1}}}}'`);
    await write({ 'a.yml': 'all: {hosts: {h: }}' });
    await chmod(join(folder, 'a.yml'), 0o755);
    const { inventory, diagnostics } = await load(['run', 'a.yml']);
    expect(diagnostics).toEqual([]);
    expect([...inventory.hosts.keys()]).toEqual(['h', 'h1']);
    expect(inventory.hosts.get('h1')?.vars.get('v')?.value).toBe(1);
    expect(inventory.hosts.get('h1')?.source).toBe(join(folder, 'run'));
  });

  it('asks a script without _meta for each host', async () => {
    await script(
      'run',
      'case $1 in --list) echo \'{"web": ["a", "b"]}\';; *) echo "{\\"name\\": \\"$2\\"}";; esac',
    );
    const { inventory } = await load(['run']);
    expect(['a', 'b'].map((host) => inventory.hosts.get(host)?.vars.get('name')?.value)).toEqual(['a', 'b']);
  });

  it.each([
    ['fails', 'echo "no token" >&2; exit 3', 'run --list failed with exit code 3: no token'],
    ['prints garbage', 'echo hello', '--list printed what is no JSON: "hello"'],
    ['prints a list', 'echo []', '--list printed JSON that is no map'],
    ['prints hosts that are no list', `echo '{"web": {"hosts": "a"}}'`, 'web.hosts is not a list of names'],
    ['prints too much', 'exec yes', 'run --list printed more than 8 MiB'],
    ['ends by a signal', 'kill -TERM $$', 'run --list failed with SIGTERM'],
  ])('says that a script %s', async (_title, body, problem) => {
    await script('run', body);
    const { diagnostics } = await load(['run']);
    expect(diagnostics.map((one) => one.summary)).toEqual([expect.stringContaining(problem)]);
  });

  it('runs no script where that is refused', async () => {
    await script('run', `touch ${join(folder, 'ran')}; echo '{}'`);
    const { diagnostics } = await loadInventory({
      paths: [join(folder, 'run')],
      playbookDirs: [],
      commands: 'refuse',
    });
    expect(diagnostics.map((one) => one.summary)).toEqual([
      expect.stringContaining('is an inventory script, and this run may not run any'),
    ]);
    await expect(stat(join(folder, 'ran'))).rejects.toThrow('ENOENT');
  });

  it('takes the sources of a directory by name, those below it too, with the variables beside them', async () => {
    await write({
      'inv/20-b.yml': 'web: {hosts: {b: {v: 2}}}',
      'inv/10-a': '[web]\na v=1\nb v=1\n',
      'inv/15-sub/c': 'c\n',
      'inv/group_vars/web.yml': 'w: 7',
      'inv/old.ini': '[wrong',
      'inv/.hidden': '[wrong',
      'inv/notes.md': '[wrong',
      'inv/a.yml~': '[wrong',
    });
    const { inventory, diagnostics } = await load(['inv']);
    expect(diagnostics).toEqual([]);
    expect([...inventory.hosts.keys()]).toEqual(['c', 'a', 'b']);
    expect(inventory.hosts.get('b')?.vars.get('v')?.value).toBe(2);
    expect(inventory.hosts.get('b')?.vars.get('w')?.value).toBe(7);
    expect(inventory.hosts.get('c')?.source).toBe(join(folder, 'inv/15-sub/c'));
  });

  it('refuses what is not a file', async () => {
    const { diagnostics } = await loadInventory({ paths: ['/dev/zero'], playbookDirs: [] });
    expect(diagnostics.map((one) => one.summary)).toEqual(['/dev/zero is not a regular file']);
  });

  it('goes on past each source and sorts what it found', async () => {
    await write({ 'b.yml': 'web: x', 'a.yml': 'web: y' });
    const { diagnostics } = await load(['b.yml', 'none.yml', 'a.yml']);
    expect(diagnostics.map((one) => one.where?.file)).toEqual(
      ['a.yml', 'b.yml', 'none.yml'].map((name) => join(folder, name)),
    );
  });
});
