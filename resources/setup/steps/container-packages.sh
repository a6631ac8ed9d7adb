# title: Added packages
# inputs: image extras
# shellcheck shell=bash
set -euo pipefail
. "$LAB_SETUP/lib/plan.sh"
. "$LAB_SETUP/lib/report.sh"
. "$LAB_SETUP/lib/retries.sh"
. "$LAB_SETUP/lib/engine.sh"

# They go to a folder of the machine (PYTHONUSERBASE inside), so that a container made anew finds them again.
read -r -a extras <<<"$PLAN_extras"
if [ "${#extras[@]}" -eq 0 ]; then
  say '    none'
  exit 0
fi
say "    ${extras[*]}"
with_retries docker exec "$LAB_CONTAINER" python3 -m pip install --disable-pip-version-check --progress-bar off "${extras[@]}"
