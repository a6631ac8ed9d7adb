#!/usr/bin/env bash
# Sets this machine up: run.sh <way>, where a way is a file in recipes/.
#
# Run it as root (or as the login user, for an environment in the home folder). What has been done
# before is not done again. Follow it in setup.log; state.jsonl tells a program the same.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=lib/plan.sh
. "$here/lib/plan.sh"
# shellcheck source=lib/report.sh
. "$here/lib/report.sh"
# shellcheck source=lib/disk.sh
. "$here/lib/disk.sh"

way="${1:?which way? One of: $(cd "$here/recipes" && echo *.sh | sed 's/\.sh//g')}"
export PLAN_way="$way"
recipe_steps=()
# shellcheck source=recipes/native.sh
. "$here/recipes/$way.sh"

# Two at once would tread on each other. The lock goes with the process.
exec 9>"$LAB_SETUP/lock"
if ! flock -n 9; then
  echo 'Set-up is running already on this machine.' >&2
  exit 75
fi

exec >>"$LAB_LOG" 2>&1
mkdir -p "$LAB_SETUP/stamps"
rm -f "$LAB_FAILURE" "$LAB_SETUP/again"
# The log goes on from run to run; the events are of this run alone.
if [ -e "$LAB_STATE" ]; then mv -f "$LAB_STATE" "$LAB_STATE.previous"; fi
keep_room
total=${#recipe_steps[@]}
started=$SECONDS
ended=''

# A word from a step's header: lines of "# name: value".
header_of() { sed -n "s/^# $2: //p" "$here/steps/$1.sh" | head -n 1; }

# What a step depends on: its own text, the shared scripts, the notebooks and helpers, its inputs.
stamp_of() {
  local step="$1" name variable
  {
    cat "$here/steps/$step.sh" "$here"/lib/*.sh "$here"/python/*.py
    [ "$step" != notebooks ] || cat "$here"/notebooks/*.ipynb
    for name in user $(header_of "$step" inputs); do
      variable="PLAN_$name"
      printf '%s=%s\n' "$name" "${!variable}"
    done
  } | sha256sum | cut -d' ' -f1
}

# Done before, with the same inputs, and what it made is still there.
is_done() {
  local step="$1" kept
  [ "$(cat "$LAB_SETUP/stamps/$step" 2>/dev/null)" = "$(stamp_of "$step")" ] || return 1
  for kept in $(header_of "$step" keeps); do
    [ -e "$LAB_PREFIX/$kept" ] || return 1
  done
}

report_step() {
  local members
  members="\"event\":\"step\",\"index\":$index,\"total\":$total,\"id\":\"$step\",\"title\":$(json_text "$title"),\"state\":\"$1\",\"seconds\":$2"
  report "$members${3:-}"
}

report_end() {
  ended=yes
  give_room
  if [ "$(id -u)" -eq 0 ]; then rm -rf "$(dirname "$LAB_REGISTRY_KEY")"; fi
  local gpus=''
  if [ -s "$LAB_SETUP/gpus.json" ]; then gpus=",\"gpus\":$(cat "$LAB_SETUP/gpus.json")"; fi
  report "\"event\":\"ended\",\"outcome\":\"$1\",\"seconds\":$((SECONDS - started))$gpus${2:-}"
}

# Stopped from outside: by the person (cancel.sh leaves a mark first), or by a shutdown.
stopped() {
  trap '' TERM INT
  # The step hears it too, and takes back what nobody may find: a login, say. One that takes longer is not waited for.
  local looks=50
  while [ "$looks" -gt 0 ] && [ -n "$(jobs -pr)" ]; do
    sleep 0.1
    looks=$((looks - 1))
  done
  give_room
  if [ -e "$LAB_SETUP/cancel" ]; then
    rm -f "$LAB_SETUP/cancel"
    say "==> Cancelled after $((SECONDS - started)) s. Run again, and it goes on where it stopped."
    report_end cancelled
  else
    say "==> Interrupted after $((SECONDS - started)) s."
    report_end interrupted
  fi
  exit 143
}
trap stopped TERM INT
# The signal goes to the whole group: a command may end by it before this shell has heard of it.
trap '[ -n "$ended" ] || stopped' EXIT

run_step() {
  local code=0 begun=$SECONDS pid
  say "==> [$index/$total] $title"
  if is_done "$step"; then
    say '    done before'
    report_step skipped 0
    return
  fi
  report_step started 0
  export LAB_STEP="$index"
  # In the background, so that a request to stop is heard at once.
  bash "$here/steps/$step.sh" 9>&- </dev/null &
  pid=$!
  wait "$pid" || code=$?
  if [ -e "$LAB_SETUP/cancel" ] || [ "$code" -eq 143 ]; then stopped; fi
  if [ "$code" -ne 0 ]; then
    step_failed "$code" "$((SECONDS - begun))"
    exit "$code"
  fi
  if [ "$(header_of "$step" stamp)" != never ] && [ ! -e "$LAB_SETUP/again" ]; then
    stamp_of "$step" >"$LAB_SETUP/stamps/$step.new"
    mv "$LAB_SETUP/stamps/$step.new" "$LAB_SETUP/stamps/$step"
  fi
  rm -f "$LAB_SETUP/again"
  say "    done in $((SECONDS - begun)) s"
  report_step 'done' "$((SECONDS - begun))"
}

step_failed() {
  local reason=unexpected detail="exit status $1"
  if disk_is_full; then reason=diskFull; fi
  give_room
  if [ -s "$LAB_FAILURE" ]; then
    reason="$(head -n 1 "$LAB_FAILURE")"
    detail="$(tail -n +2 "$LAB_FAILURE")"
  fi
  local why
  why=",\"code\":$1,\"reason\":$(json_text "$reason"),\"detail\":$(json_text "$detail")"
  say "==> Stopped at [$index/$total] $title: $reason"
  report_step failed "$2" "$why"
  report_end failed ",\"step\":$(json_text "$title")$why"
}

titles=''
for step in "${recipe_steps[@]}"; do titles="$titles${titles:+,}$(json_text "$(header_of "$step" title)")"; done
say ''
say "==> Set-up ($way) starts: $(date -u '+%Y-%m-%d %H:%M:%S UTC')"
report "\"event\":\"started\",\"way\":$(json_text "$way"),\"titles\":[$titles]"

index=0
for step in "${recipe_steps[@]}"; do
  index=$((index + 1))
  title="$(header_of "$step" title)"
  run_step
done

say "==> Set-up has ended after $((SECONDS - started)) s."
report_end ready
