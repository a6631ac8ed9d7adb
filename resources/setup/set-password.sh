#!/usr/bin/env bash
# Sets JupyterLab's password, read from stdin: it is in no argument, and only its hash is kept.
# An empty line takes the password away; the token stays. Run as the login user.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
folder="$(dirname "$here")/jupyter"
umask 077
# The settings of a Software Collection (Oracle Linux 7) read variables that may not be set.
set +u
# shellcheck source=/dev/null
. "$(dirname "$here")/activate.sh"
set -u
python -c '
import sys
from jupyter_server.auth import passwd
password = sys.stdin.readline().rstrip("\n")
print(passwd(password) if password else "")
' >"$folder/password-hash.new"
mv "$folder/password-hash.new" "$folder/password-hash"
if [ -e /etc/systemd/system/jupyterlab.service ]; then
  if [ "$(id -u)" -eq 0 ]; then systemctl restart jupyterlab.service; else sudo -n systemctl restart jupyterlab.service; fi
else
  systemctl --user restart jupyterlab.service
fi
