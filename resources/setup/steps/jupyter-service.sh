# title: JupyterLab service
# stamp: never
# shellcheck shell=bash
set -euo pipefail
. "$LAB_SETUP/lib/plan.sh"
. "$LAB_SETUP/lib/report.sh"
. "$LAB_SETUP/lib/os.sh"
. "$LAB_SETUP/lib/engine.sh"
. "$LAB_SETUP/lib/jupyter.sh"

unit="$(service_folder)/jupyterlab.service"
seen="$LAB_SETUP/service-runs"

unit_text() {
  # Through bash: SELinux lets systemd start that, not a file from any folder.
  # --config names the settings; the token is read from its file by them.
  cat <<UNIT
[Unit]
Description=JupyterLab on 127.0.0.1:$PLAN_port (OCI GPU Lab)
After=network.target

[Service]
Type=simple
WorkingDirectory=$LAB_HOME
ExecStart=/bin/bash -c '. $LAB_PREFIX/activate.sh && exec jupyter-lab --config=$LAB_PREFIX/jupyter/jupyter_server_config.py'
Restart=always
RestartSec=2
UNIT
  if [ "$LAB_SCOPE" = system ]; then
    printf 'User=%s\n\n[Install]\nWantedBy=multi-user.target\n' "$PLAN_user"
  else
    printf '\n[Install]\nWantedBy=default.target\n'
  fi
}

# What the running service was started with; when it differs, it has to start anew.
service_inputs() {
  { unit_text && cat "$LAB_PREFIX/jupyter/jupyter_server_config.py" "$LAB_SETUP/stamps/packages"; } | sha256sum
}

remove_container
mkdir -p "$(dirname "$unit")"
unit_text >"$unit"
relabel "$unit"
service_ctl daemon-reload
service_ctl --quiet enable jupyterlab.service
if [ "$(cat "$seen" 2>/dev/null)" != "$(service_inputs)" ]; then
  service_ctl restart jupyterlab.service
  service_inputs >"$seen"
else
  service_ctl start jupyterlab.service
fi
# Loading takes it some seconds, in which the GPUs are looked at; the last step waits for its answer.
echo machine >"$LAB_PREFIX/place"
