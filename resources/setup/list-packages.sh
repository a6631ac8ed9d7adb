#!/usr/bin/env bash
# Prints what pip lists where the kernels run, as JSON: on this machine, or in the container. Run as the login user.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
prefix="$(dirname "$here")"
list=(-m pip list --format=json --disable-pip-version-check)
if [ "$(cat "$prefix/place" 2>/dev/null || true)" = container ]; then
  if [ "$(id -u)" -ne 0 ]; then set -- sudo -n; fi
  exec "$@" docker exec mlenv python3 "${list[@]}"
fi
exec "$prefix/env/bin/python" "${list[@]}"
