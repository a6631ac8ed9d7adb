#!/usr/bin/env bash
# Tells a program how set-up goes: follow.sh <byte of setup.log> <byte of state.jsonl>.
#
# Prints frames: "log N", "state N" and a newline, then N bytes of that file; "running" or "stopped" when the
# unit's state is known; ends when set-up is not running and everything has been printed.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=lib/scope.sh
. "$here/lib/scope.sh"
# A new run starts its events anew: a place beyond the end is then the beginning.
rewind_state() {
  if [ -e "$here/state.jsonl" ] && [ "$(stat -c %s "$here/state.jsonl")" -lt "$state_at" ]; then state_at=0; fi
}

log_at="${1:-0}"
state_at="${2:-0}"
chunk=65536

# Prints what has come to a file, in one frame of at most $chunk bytes; sets `size` to its length.
frame() {
  local name="$1" file="$2" from="$3" all=0
  size=0
  if [ -e "$file" ]; then all="$(stat -c %s "$file")"; fi
  if [ "$all" -le "$from" ]; then return; fi
  size=$((all - from < chunk ? all - from : chunk))
  printf '%s %d\n' "$name" "$size"
  dd if="$file" bs="$size" count=1 skip="$from" iflag=skip_bytes,fullblock 2>/dev/null
}

told=''
while :; do
  case "$(systemctl ${scope[@]+"${scope[@]}"} is-active oci-gpu-lab-setup.service || true)" in
    active | activating | deactivating | reloading) now=running ;;
    *) now=stopped ;;
  esac
  if [ "$now" != "$told" ] && [ "$now" = running ]; then echo running; fi
  told="$now"
  frame log "$here/setup.log" "$log_at"
  log_at=$((log_at + size))
  moved=$size
  rewind_state
  frame state "$here/state.jsonl" "$state_at"
  state_at=$((state_at + size))
  moved=$((moved + size))
  if [ "$moved" -gt 0 ]; then continue; fi
  if [ "$now" = stopped ]; then
    echo stopped
    exit 0
  fi
  sleep 0.3
done
