#!/usr/bin/env bash
# Starts run.sh <way> as a unit of its own, so that it goes on when the login ends.
# A registry's key is read from stdin: it is in no argument, and is kept in memory until the image has been pulled.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
way="${1:?which way?}"
unit=oci-gpu-lab-setup
# shellcheck source=lib/scope.sh
. "$here/lib/scope.sh"
# A person's own services shall outlive the login.
me="$(id -un)"
if [ "${#scope[@]}" -gt 0 ] && [ ! -e "/var/lib/systemd/linger/$me" ] && ! loginctl enable-linger "$me" 2>/dev/null; then
  echo not-lingering
  exit 0
fi
if [ "$(systemctl ${scope[@]+"${scope[@]}"} is-active "$unit.service" || true)" = active ]; then
  echo running
  exit 0
fi
rm -f "$here/cancel"
if [ ! -t 0 ] && IFS= read -r key && [ -n "$key" ]; then
  # The same place as LAB_REGISTRY_KEY in lib/plan.sh.
  install -d -m 700 /run/oci-gpu-lab
  (umask 077 && printf '%s\n' "$key" >/run/oci-gpu-lab/registry-key)
fi
# Whoever follows from now on shall not take the end of the last run for the end of this one.
if [ -e "$here/state.jsonl" ]; then mv -f "$here/state.jsonl" "$here/state.jsonl.previous"; fi
# A run that failed before is remembered by systemd under the same name.
systemctl ${scope[@]+"${scope[@]}"} reset-failed "$unit.service" 2>/dev/null || true
systemd-run ${scope[@]+"${scope[@]}"} --quiet --unit="$unit" --description='OCI GPU Lab set-up' \
  /bin/bash -c "exec /bin/bash '$here/run.sh' '$way'"
echo started
