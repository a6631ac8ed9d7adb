# title: Container image
# stamp: never
# shellcheck shell=bash
set -euo pipefail
. "$LAB_SETUP/lib/plan.sh"
. "$LAB_SETUP/lib/report.sh"
. "$LAB_SETUP/lib/os.sh"
. "$LAB_SETUP/lib/engine.sh"

# docker.io/… is how the engine calls what has no registry in its name.
registry_of() {
  case "${1%%/*}" in
    *.* | *:* | localhost) echo "${1%%/*}" ;;
    *) echo docker.io ;;
  esac
}

# The login is kept in memory for the time of the pull, and then ended.
log_in() {
  local answer
  if [ ! -s "$LAB_REGISTRY_KEY" ]; then fail registryKeyMissing "no key for $registry was given"; fi
  say "    Logging in to $registry as $LAB_REGISTRY_USER"
  if answer="$(docker login --username "$LAB_REGISTRY_USER" --password-stdin "$registry" <"$LAB_REGISTRY_KEY" 2>&1)"; then return; fi
  case "$answer" in
    *unauthorized* | *401* | *denied* | *incorrect*) fail registryRefused "$registry did not accept the key: $(tail -n 1 <<<"$answer")" ;;
    *toomanyrequests* | *429*) fail registryLimit "$(tail -n 1 <<<"$answer")" ;;
    *certificate*) fail certificate "$(tail -n 1 <<<"$answer")" ;;
    *) fail registryUnreachable "$(tail -n 1 <<<"$answer")" ;;
  esac
}

log_out() {
  docker logout "$registry" >/dev/null 2>&1 || true
  rm -rf "$DOCKER_CONFIG" "$LAB_REGISTRY_KEY"
}

say "    $PLAN_image"
if [ -n "$PLAN_image_note" ]; then warn "$PLAN_image_note"; fi
if docker image inspect "$PLAN_image" >/dev/null 2>&1; then
  say '    is here already'
  rm -f "$LAB_REGISTRY_KEY"
  exit 0
fi

registry="$(registry_of "$PLAN_image")"
install -d -m 700 "$(dirname "$LAB_REGISTRY_KEY")"
DOCKER_CONFIG="$(mktemp -d "$(dirname "$LAB_REGISTRY_KEY")/login.XXXXXX")"
export DOCKER_CONFIG
trap log_out EXIT
# A cancel is a signal, which alone would not run what is to be done on exit.
trap 'exit 143' TERM INT
if [ -n "$LAB_REGISTRY_USER" ]; then log_in; fi

python3 "$LAB_SETUP/python/pull_image.py" "$PLAN_image" --registry "$registry" --login "$DOCKER_CONFIG/config.json" \
  --failure "$LAB_FAILURE" --state "$LAB_STATE" --step "${LAB_STEP:-0}"
