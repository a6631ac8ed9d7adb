# shellcheck shell=bash
# Looks at a machine before anything is changed on it. Read by bash from stdin; prints lines of name=value.
set -u
PATH="$PATH:/usr/sbin:/sbin"

os_value() { sed -n "s/^$1=//p" /etc/os-release | tr -d '"' | head -n 1; }

service_holder() {
  local pid
  pid="$(systemctl show -p MainPID jupyterlab.service 2>/dev/null | cut -d= -f2)"
  if (exec 3<>/dev/tcp/127.0.0.1/8888) 2>/dev/null; then
    if [ -e /opt/oci-gpu-lab/jupyter/jupyter_server_config.py ] && [ "${pid:-0}" -gt 0 ]; then
      echo own
    elif [ -n "$(sudo -n docker ps --quiet --filter label=oci-gpu-lab=mlenv 2>/dev/null)" ]; then
      echo own
    else
      # Other people's programs are named to root alone.
      { sudo -n ss -ltnp 'sport = :8888' 2>/dev/null || ss -ltnp 'sport = :8888' 2>/dev/null; } |
        sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1 (process \2)/p' | head -n 1 | grep . || echo 'another program'
    fi
  else
    echo free
  fi
}

setup_state() {
  case "$(systemctl is-active oci-gpu-lab-setup.service 2>/dev/null || true)" in
    active | activating | deactivating) echo running && return ;;
  esac
  if [ -s /opt/oci-gpu-lab/setup/state.jsonl ]; then
    tail -n 1 /opt/oci-gpu-lab/setup/state.jsonl | sed -n 's/.*"event":"ended","outcome":"\([a-z]*\)".*/\1/p' | grep . || echo interrupted
  else
    echo none
  fi
}

printf 'os=%s\n' "$(os_value ID)"
printf 'osVersion=%s\n' "$(os_value VERSION_ID)"
printf 'osName=%s\n' "$(os_value PRETTY_NAME)"
printf 'arch=%s\n' "$(uname -m)"
printf 'user=%s\n' "$(id -un)"
printf 'home=%s\n' "$HOME"
printf 'systemd=%s\n' "$([ -d /run/systemd/system ] && systemctl --version 2>/dev/null | awk 'NR == 1 { print $2 }')"
printf 'sudo=%s\n' "$(if [ "$(id -u)" -eq 0 ]; then echo root; elif sudo -n true 2>/dev/null; then echo passwordless; else echo none; fi)"
printf 'freeMiB=%s\n' "$(df -Pm "$(if [ -d /opt ]; then echo /opt; else echo /; fi)" | awk 'NR == 2 { print $4 }')"
printf 'glibc=%s\n' "$(getconf GNU_LIBC_VERSION 2>/dev/null | awk '{ print $2 }')"
printf 'python=%s\n' "$(python3 -c 'import platform; print(platform.python_version())' 2>/dev/null)"
printf 'gpus=%s\n' "$(nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null | grep -c .)"
printf 'port8888=%s\n' "$(service_holder)"
printf 'setup=%s\n' "$(setup_state)"
