/**
 * May somebody else have written a file that says what is run here? As OpenSSH judges its configuration, with what Debian
 * adds: a group may write whose only member is the owner.
 */
import { stat } from 'node:fs/promises';
import { readTextFile } from './read-files.ts';

/** False where the file is not there. Owners that are trusted: root and whoever runs this. */
export async function othersMayWrite(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return false;
  const { uid, gid, mode } = found;
  if (uid !== 0 && uid !== process.getuid?.()) return true;
  if ((mode & 0o002) !== 0) return true;
  return (mode & 0o020) !== 0 && !(await isOwnersAlone(uid, gid));
}

/** Every member, by the group's list and by their own entry, is the owner, and there is one. */
async function isOwnersAlone(uid: number, gid: number): Promise<boolean> {
  const [groups, users] = await Promise.all(['/etc/group', '/etc/passwd'].map(fieldsOf));
  const idOf = new Map(users?.map(([name, , id]) => [name, Number(id)]));
  const listed = groups?.find(([, , id]) => Number(id) === gid)?.[3]?.split(',') ?? [];
  const members = [
    ...listed.filter(Boolean).map((name) => idOf.get(name)),
    ...(users ?? []).filter(([, , , group]) => Number(group) === gid).map(([, , id]) => Number(id)),
  ];
  return members.length > 0 && members.every((id) => id === uid);
}

async function fieldsOf(file: string): Promise<string[][]> {
  const source = await readTextFile(file);
  return 'text' in source ? source.text.split('\n').map((line) => line.split(':')) : [];
}
