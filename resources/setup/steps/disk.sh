# title: Disk space
# inputs: tensorflow way
# shellcheck shell=bash
set -euo pipefail
. "$LAB_SETUP/lib/plan.sh"
. "$LAB_SETUP/lib/report.sh"
. "$LAB_SETUP/lib/disk.sh"

# What the packages take while they are installed, in MiB: measured with TensorFlow 2.21, the environment has 1,810
# (CPU) or 6,570 (CUDA). uv links it from what it has unpacked; pip, where uv cannot be had, keeps the wheels besides,
# 405 or 3,511. Some more is added.
# An image's own room is looked for before it is pulled.
case "$LAB_PLACE:$PLAN_tensorflow" in
  container:*) needed=1500 ;;
  *:cuda) needed=10500 ;;
  *) needed=3000 ;;
esac

# Oracle's images leave a larger boot volume unused until it is grown.
if [ "$(id -u)" -eq 0 ] && [ -x /usr/libexec/oci-growfs ]; then
  say '    Growing the root file system to the boot volume'
  /usr/libexec/oci-growfs -y || warn 'oci-growfs could not grow the file system'
fi

say "    $(free_mib) MiB free, $needed MiB needed"
if [ "$LAB_PLACE" = machine ] && [ -e "$LAB_ENV/bin/jupyter-lab" ]; then exit 0; fi
if [ "$(free_mib)" -lt "$needed" ]; then
  fail diskTooSmall "$(free_mib) MiB are free where $LAB_PREFIX is, $needed MiB are needed$(what_to_free)"
fi
