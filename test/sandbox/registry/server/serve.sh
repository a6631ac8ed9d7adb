#!/bin/bash
# Serves the stored images twice: port 5000 to everybody, as Docker Hub does; port 5001 with a login, as nvcr.io does.
# The password of the login comes in the variable REGISTRY_PASSWORD.
set -euo pipefail

settings() { # settings PORT AUTH
  cat <<SETTINGS
version: 0.1
log: {level: warn}
storage: {filesystem: {rootdirectory: /var/lib/registry}, delete: {enabled: false}}
http: {addr: ":$1", secret: simulated}
$2
SETTINGS
}

# shellcheck disable=SC2016 # the login's name is this text
htpasswd -Bbn '$oauthtoken' "$REGISTRY_PASSWORD" >/run/htpasswd
unset REGISTRY_PASSWORD
settings 5000 '' >/run/open.yml
settings 5001 'auth: {htpasswd: {realm: Simulated registry, path: /run/htpasswd}}' >/run/login.yml
docker-registry serve /run/open.yml &
exec docker-registry serve /run/login.yml
