/** Who runs this, and where is their home? A service or a container may run as a number that no account has. */
import { homedir, userInfo } from 'node:os';

/** `/` where nothing says, as systemd has it for such users. */
export function ownHome(): string {
  try {
    return homedir();
  } catch {
    return '/';
  }
}

export interface OwnAccount {
  /** The number as text where it has no name. */
  readonly name: string;
  readonly uid: number;
}

export function ownAccount(): OwnAccount {
  try {
    const { username: name, uid } = userInfo();
    return { name, uid };
  } catch {
    const uid = process.getuid?.() ?? -1;
    return { name: process.env.USER || String(uid), uid };
  }
}
