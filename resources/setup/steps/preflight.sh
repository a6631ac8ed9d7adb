# title: Check the machine
# stamp: never
# shellcheck shell=bash
set -euo pipefail
. "$LAB_SETUP/lib/plan.sh"
. "$LAB_SETUP/lib/report.sh"
. "$LAB_SETUP/lib/os.sh"
. "$LAB_SETUP/lib/system-packages.sh"
. "$LAB_SETUP/lib/retries.sh"
. "$LAB_SETUP/lib/engine.sh"
. "$LAB_SETUP/lib/jupyter.sh"

check_system() {
  say "    $(os_name), $(uname -m); for $PLAN_user, in $LAB_PREFIX"
  if [ -z "$(os_family)" ]; then
    fail unsupportedOs "$(os_name) is none of Oracle Linux 7 to 9, Ubuntu and Debian"
  fi
  if [ "$(uname -m)" != x86_64 ]; then
    fail unsupportedCpu "$(uname -m): TensorFlow with CUDA is built for x86_64"
  fi
  if [ ! -d /run/systemd/system ]; then fail noSystemd 'systemd does not run this machine'; fi
}

# The first boot still installs keys and packages: let it finish. 0 and 2 are good, 1 goes on with a warning.
wait_for_cloud_init() {
  local code=0
  command -v cloud-init >/dev/null || return 0
  say '    Waiting for cloud-init'
  timeout 900 cloud-init status --wait >/dev/null 2>&1 || code=$?
  case "$code" in
    0 | 2) ;;
    124) fail cloudInit 'cloud-init has not ended after 15 minutes' ;;
    *) warn "cloud-init ended with status $code; going on, because the login works" ;;
  esac
}

# Port 8888 has to be free, or be answered by our own Jupyter, which knows the token.
check_port() {
  local holder
  if ! (exec 3<>"/dev/tcp/127.0.0.1/$PLAN_port") 2>/dev/null; then return; fi
  # A container of ours may still be starting.
  if have_container || jupyter_answers; then return; fi
  holder="$(ss -ltnp "sport = :$PLAN_port" 2>/dev/null | sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1 (process \2)/p' | head -n 1 || true)"
  fail portTaken "${holder:-not to be named}"
}

check_system
wait_for_cloud_init
if [ "$LAB_SCOPE" = system ]; then wait_for_package_lock; fi
check_port
