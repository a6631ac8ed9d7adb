# shellcheck shell=bash
# How set-up tells what it does: a log for people, a file of JSON lines for the editor.

LAB_LOG="$LAB_SETUP/setup.log"
LAB_STATE="$LAB_SETUP/state.jsonl"
LAB_FAILURE="$LAB_SETUP/failure"
export LAB_LOG LAB_STATE LAB_FAILURE

say() { printf '%s\n' "$*"; }
warn() { printf 'Warning: %s\n' "$*"; }

# A JSON string, with its quotes.
json_text() {
  local text="$1"
  text="${text//\\/\\\\}"
  text="${text//\"/\\\"}"
  text="${text//$'\n'/\\n}"
  text="${text//$'\t'/\\t}"
  text="$(printf '%s' "$text" | tr -d '\000-\037')"
  printf '"%s"' "$text"
}

# One line is one write, so that a reader never meets half an event. $1: the members after "time".
report() { printf '{"time":%s,%s}\n' "$(date +%s)" "$1" >>"$LAB_STATE"; }

# Ends a step: a reason that the editor knows (src/setup/reasons.ts), and what was seen.
fail() {
  local reason="$1"
  shift
  rm -f "$LAB_SETUP/reserve"
  printf '%s\n%s\n' "$reason" "$*" >"$LAB_FAILURE"
  say "Failed: $*"
  exit 1
}
