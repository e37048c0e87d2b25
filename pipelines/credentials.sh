#!/bin/sh
# Secrets from the environment into files that only this user may read: credentials.sh DIRECTORY
# Prints the variables that name them, a line each, for the steps that follow.
set -eu
directory=$1
umask 077
mkdir -p "$directory"

# printf is a part of the shell: no secret is on a command line.
keep() { printf '%s\n' "$2" >"$directory/$1"; }

keep key "${TAPFLEET_SSH_KEY:?the secret TAPFLEET_SSH_KEY is not set, or not for this environment}"
keep known_hosts "${TAPFLEET_KNOWN_HOSTS:?the secret TAPFLEET_KNOWN_HOSTS is not set, or not for this environment}"
cat >"$directory/ssh_config" <<CONFIG
IdentityFile "$directory/key"
IdentitiesOnly yes
IdentityAgent none
UserKnownHostsFile "$directory/known_hosts"
CONFIG
echo "TAPFLEET_SSH_CONFIG=$directory/ssh_config"

if [ -n "${TAPFLEET_BECOME_PASSWORD:-}" ]; then
  keep become "$TAPFLEET_BECOME_PASSWORD"
  echo "ANSIBLE_BECOME_PASSWORD_FILE=$directory/become"
fi
if [ -n "${TAPFLEET_VAULT_PASSWORD:-}" ]; then
  keep vault "$TAPFLEET_VAULT_PASSWORD"
  echo "ANSIBLE_VAULT_PASSWORD_FILE=$directory/vault"
fi
