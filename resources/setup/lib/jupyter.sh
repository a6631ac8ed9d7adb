# shellcheck shell=bash
# Jupyter on this machine, wherever it runs. Sourced after lib/plan.sh and lib/report.sh.

# True when what listens on the port takes our token.
jupyter_answers() {
  local python="$LAB_ENV/bin/python"
  [ -s "$LAB_PREFIX/jupyter/token" ] || return 1
  if [ ! -x "$python" ]; then python="$(command -v python3)" || return 1; fi
  as_user "$python" "$LAB_SETUP/python/ask_jupyter.py" "${PLAN_port:?}" "$LAB_PREFIX/jupyter/token"
}

# Waits for that; $1: a function that shows why it may not come.
wait_for_jupyter() {
  local end=$((SECONDS + ${2:-90}))
  until jupyter_answers; do
    if [ "$SECONDS" -ge "$end" ]; then
      "$1" || true
      fail jupyterSilent "Jupyter has not answered on 127.0.0.1:$PLAN_port within ${2:-90} s"
    fi
    sleep 0.3
  done
  say "    answers on http://127.0.0.1:$PLAN_port/"
}

# Ends the service of the native way for good; its environment stays, so that a way back is quick.
remove_native_service() {
  local unit
  unit="$(service_folder)/jupyterlab.service"
  if [ ! -e "$unit" ]; then return; fi
  say '    Stopping the JupyterLab of the native way'
  service_ctl --quiet disable --now jupyterlab.service
  rm -f "$unit" "$LAB_SETUP/service-runs"
  service_ctl daemon-reload
}
