/**
 * The secrets of a run: passwords for logins, for sudo and for vaults, from files, programs and the person at the
 * terminal, with Ansible's options and questions. What is found is masked in all output.
 */
import type { ConnectionDefaults, InventorySelection } from '../load/load.ts';
import type { ConnectionSettings } from '../model/connection.ts';
import { Diagnostics } from '../model/diagnostic.ts';
import type { Secret } from '../model/secret.ts';
import type { Vault } from '../vault/vault.ts';
import { askSecret } from './ask-secret.ts';
import {
  type ConnectionOptions,
  defaultsOf,
  type InventoryOptions,
  type PasswordOptions,
} from './options.ts';
import { type Output, settle } from './output.ts';

/** The inventory that the options name, with the vault's passwords. */
export async function selectionOf(output: Output, options: InventoryOptions): Promise<InventorySelection> {
  const { inventory, inventoryCommands, extraVars } = options;
  const limit = lastLimit(output, options);
  return { inventory, inventoryCommands, limit, extraVars, vault: await vaultOf(output, options) };
}

/** As in Ansible (seen in 2.14), where it goes without saying; more hosts than there would be a nasty surprise. */
function lastLimit(output: Output, { limit }: InventoryOptions): readonly string[] {
  const last = limit.slice(-1);
  if (limit.length > 1) {
    const summary = `--limit was given ${limit.length} times, and only the last one counts: ${JSON.stringify(last[0])}`;
    const hint = `for all of them write --limit ${JSON.stringify(limit.join(','))}`;
    output.diagnostics([{ severity: 'warning', summary, hint }]);
  }
  return last;
}

async function vaultOf(output: Output, options: InventoryOptions): Promise<Vault> {
  const { loadVaultSecrets } = await import('../vault/load-secrets.ts');
  const fromEnvironment = process.env.ANSIBLE_VAULT_PASSWORD_FILE;
  const { vault } = settle(
    output,
    await loadVaultSecrets({
      ids: options.vaultId,
      passwordFiles: [...options.vaultPasswordFile, ...(fromEnvironment ? [fromEnvironment] : [])],
      ask: options.askVaultPass === true,
      prompt: askSecret,
    }),
  );
  output.hide(() => vault.revealed);
  return vault;
}

/** What the options say of connections, passwords among it. */
export async function connectionDefaults(
  output: Output,
  options: ConnectionOptions,
): Promise<ConnectionDefaults> {
  const { password, becomePassword } = await passwordsOf(output, options);
  const secrets = [password, becomePassword].flatMap((secret) => (secret ? [secret.reveal()] : []));
  output.hide(() => secrets);
  return {
    ...defaultsOf(options),
    ...(password ? { password } : {}),
    ...(becomePassword ? { becomePassword } : {}),
  };
}

async function passwordsOf(
  output: Output,
  options: PasswordOptions,
): Promise<{ readonly password: Secret | undefined; readonly becomePassword: Secret | undefined }> {
  const diagnostics = new Diagnostics();
  const fromFile = async (file: string | undefined, what: string) =>
    file === undefined
      ? undefined
      : (await import('../vault/load-secrets.ts')).readSecret(file, what, diagnostics);
  const ask = async (question: string, file: string) => {
    const answer = await askSecret(question);
    if (!answer) {
      diagnostics.error('there is no terminal to ask for a password on', { hint: `use ${file} FILE` });
    }
    return answer;
  };
  const { ANSIBLE_CONNECTION_PASSWORD_FILE, ANSIBLE_BECOME_PASSWORD_FILE } = process.env;
  const passwordFile = options.connectionPasswordFile ?? (ANSIBLE_CONNECTION_PASSWORD_FILE || undefined);
  const becomeFile = options.becomePasswordFile ?? (ANSIBLE_BECOME_PASSWORD_FILE || undefined);
  let password = await fromFile(passwordFile, 'password');
  if (options.askPass) password = await ask('SSH password:', '--connection-password-file');
  let becomePassword = await fromFile(becomeFile, 'password for sudo');
  if (options.askBecomePass) {
    const question = password ? 'BECOME password[defaults to SSH password]:' : 'BECOME password:';
    const answer = await ask(question, '--become-password-file');
    becomePassword = answer?.reveal() === '' ? password : answer;
  }
  settle(output, { diagnostics: diagnostics.all });
  return { password, becomePassword };
}

/** The passwords that variables gave are masked too: a template can put them anywhere. */
export function hidePasswords(output: Output, settings: Iterable<ConnectionSettings>): void {
  const secrets = passwordsIn(settings);
  output.hide(() => secrets);
}

export function passwordsIn(settings: Iterable<ConnectionSettings>): Set<string> {
  const secrets = new Set<string>();
  for (const one of settings) {
    if (one.becomePassword) secrets.add(one.becomePassword.reveal());
    if (one.kind === 'ssh' && one.password) secrets.add(one.password.reveal());
  }
  return secrets;
}
