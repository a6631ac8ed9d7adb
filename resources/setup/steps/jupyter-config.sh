# title: Jupyter token and settings
# inputs: port
# keeps: jupyter/token jupyter/jupyter_server_config.py
# shellcheck shell=bash
set -euo pipefail
. "$LAB_SETUP/lib/plan.sh"
. "$LAB_SETUP/lib/report.sh"
. "$LAB_SETUP/lib/os.sh"

folder="$LAB_PREFIX/jupyter"
mkdir -p "$folder"
chmod 700 "$folder"

# The token lives in this one file, which only the login user can read: it is in no argument,
# no environment (kernels would inherit it) and no log.
if [ ! -s "$folder/token" ]; then
  (
    umask 077
    od -An -N32 -tx1 /dev/urandom | tr -d ' \n' >"$folder/token"
  )
fi
chmod 600 "$folder/token"

cp "$LAB_SETUP/python/jupyter_server_config.py" "$folder/jupyter_server_config.py"
printf '\napp.port = %d\n' "$PLAN_port" >>"$folder/jupyter_server_config.py"
chmod 600 "$folder/jupyter_server_config.py"
if [ "$(id -u)" -eq 0 ]; then chown -R "$PLAN_user" "$folder"; fi
relabel "$folder"
