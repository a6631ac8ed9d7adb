# shellcheck shell=bash
# Whose systemd runs set-up and JupyterLab: the machine's, or, where set-up lies in the home folder, the person's own.
# shellcheck disable=SC2034 # read by whoever sources this
scope=()
setup_folder="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
if [ "$(id -u)" -ne 0 ] && [ "${setup_folder#"$HOME"/}" != "$setup_folder" ]; then
  scope=(--user)
  # A login without pam_systemd does not say where the person's systemd listens.
  export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-/run/user/$(id -u)}"
fi
