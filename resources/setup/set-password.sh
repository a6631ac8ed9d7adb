#!/usr/bin/env bash
# Sets Jupyter's password, read from stdin: it is in no argument, and only its hash is kept.
# An empty line takes the password away, and leaves the file empty; the token stays. Run as the login user.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
prefix="$(dirname "$here")"
folder="$prefix/jupyter"
# shellcheck source=lib/scope.sh
. "$here/lib/scope.sh"
umask 077
place="$(cat "$prefix/place" 2>/dev/null || echo machine)"

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi; }

# With the Python that Jupyter itself runs on: Notebook 6 has the function under another name.
hash_of_stdin='
import sys
try:
    from jupyter_server.auth import passwd
except ImportError:
    from notebook.auth import passwd
password = sys.stdin.readline().rstrip("\n")
sys.stdout.write(passwd(password) if password else "")
'

if [ "$place" = container ]; then
  as_root docker exec -i mlenv python3 -c "$hash_of_stdin" >"$folder/password-hash.new"
else
  # The settings of a Software Collection (Oracle Linux 7) read variables that may not be set.
  set +u
  # shellcheck source=/dev/null
  . "$prefix/activate.sh"
  set -u
  python -c "$hash_of_stdin" >"$folder/password-hash.new"
fi
mv "$folder/password-hash.new" "$folder/password-hash"

if [ "$place" = container ]; then
  as_root docker restart mlenv >/dev/null
elif [ "${#scope[@]}" -eq 0 ]; then
  as_root systemctl restart jupyterlab.service
else
  systemctl --user restart jupyterlab.service
fi

# Whoever hears that the password is set uses it next.
# shellcheck source=lib/plan.sh
. "$here/lib/plan.sh"
# shellcheck source=lib/jupyter.sh
. "$here/lib/jupyter.sh"
end=$((SECONDS + 60))
until jupyter_answers || [ "$SECONDS" -ge "$end" ]; do sleep 0.3; done
