# title: JupyterLab answers
# stamp: never
# shellcheck shell=bash
set -euo pipefail
. "$LAB_SETUP/lib/plan.sh"
. "$LAB_SETUP/lib/report.sh"
. "$LAB_SETUP/lib/jupyter.sh"

show_service() {
  service_ctl --no-pager --full status jupyterlab.service || true
  if [ "$LAB_SCOPE" = system ]; then journalctl --no-pager -n 20 -u jupyterlab.service || true; fi
}

wait_for_jupyter show_service
