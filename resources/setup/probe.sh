# shellcheck shell=bash
# Looks at a machine before anything is changed on it. Read by bash from stdin, behind lib/os.sh and lib/gpus.sh; prints
# lines of name=value. $1: the folder of a set-up with sudo. $2: without, below the home folder.
set -u
PATH="$PATH:/usr/sbin:/sbin"
export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-/run/user/$(id -u)}"

sudo_kind() {
  if [ "$(id -u)" -eq 0 ]; then echo root; elif sudo -n true 2>/dev/null; then echo passwordless; else echo none; fi
}
sudo="$(sudo_kind)"

# What this person has begun stays where it is; else sudo decides.
lab_folder() {
  if [ -O "$1" ] && [ -d "$1/setup" ]; then
    echo "$1"
  elif [ "$sudo" = none ] || [ -d "$HOME/$2/setup" ]; then
    echo "$HOME/$2"
  else
    echo "$1"
  fi
}
folder="$(lab_folder "$1" "$2")"
scope=()
if [ "$folder" != "$1" ]; then scope=(--user); fi
ctl() { systemctl ${scope[@]+"${scope[@]}"} "$@" 2>/dev/null; }

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi; }

service_holder() {
  local pid
  pid="$(ctl show -p MainPID jupyterlab.service | cut -d= -f2)"
  if (exec 3<>/dev/tcp/127.0.0.1/8888) 2>/dev/null; then
    if [ -e "$folder/jupyter/jupyter_server_config.py" ] && [ "${pid:-0}" -gt 0 ]; then
      echo own
    elif [ -n "$(as_root docker ps --quiet --filter label=oci-gpu-lab=mlenv 2>/dev/null)" ]; then
      echo own
    else
      # Other people's programs are named to root alone.
      { as_root ss -ltnp 'sport = :8888' 2>/dev/null || ss -ltnp 'sport = :8888' 2>/dev/null; } |
        sed -n 's/.*users:(("\([^"]*\)",pid=\([0-9]*\).*/\1 (process \2)/p' | head -n 1 | grep . || echo 'another program'
    fi
  else
    echo free
  fi
}

setup_state() {
  case "$(ctl is-active oci-gpu-lab-setup.service || true)" in
    active | activating | deactivating) echo running && return ;;
  esac
  if [ -s "$folder/setup/state.jsonl" ]; then
    tail -n 1 "$folder/setup/state.jsonl" | sed -n 's/.*"event":"ended","outcome":"\([a-z]*\)".*/\1/p' | grep . || echo interrupted
  else
    echo none
  fi
}

# Services of a person end with the login, unless the person lingers; polkit may let people decide that themselves.
linger() {
  if [ -e "/var/lib/systemd/linger/$(id -un)" ]; then
    echo on
  elif pkcheck --action-id org.freedesktop.login1.set-self-linger --process "$$" >/dev/null 2>&1; then
    echo possible
  else
    echo off
  fi
}

# What steps/python.sh would have to install.
missing_packages() {
  case "$(os_family)" in
    ol7) [ -x /opt/rh/rh-python38/root/usr/bin/python3.8 ] || echo rh-python38 ;;
    ol8 | ol9) python3.12 -c 'import ensurepip' 2>/dev/null || echo python3.12 ;;
    debian) python3 -c 'import ensurepip' 2>/dev/null || echo 'python3 with python3-venv' ;;
  esac
}

# The first part of a path that is there.
existing() {
  local path="$1"
  while [ ! -d "$path" ]; do path="$(dirname "$path")"; done
  echo "$path"
}

gpus="$(gpu_names)"

printf 'family=%s\n' "$(os_family)"
printf 'osName=%s\n' "$(os_name)"
printf 'arch=%s\n' "$(uname -m)"
printf 'user=%s\n' "$(id -un)"
printf 'systemd=%s\n' "$([ -d /run/systemd/system ] && systemctl --version 2>/dev/null | awk 'NR == 1 { print $2 }')"
printf 'sudo=%s\n' "$sudo"
printf 'folder=%s\n' "$folder"
printf 'linger=%s\n' "$(linger)"
printf 'missing=%s\n' "$(missing_packages)"
printf 'freeMiB=%s\n' "$(df -Pm "$(existing "$folder")" | awk 'NR == 2 { print $4 }')"
printf 'gpus=%s\n' "$(printf '%s' "$gpus" | grep -c .)"
printf 'gpuName=%s\n' "$(printf '%s\n' "$gpus" | head -n 1)"
printf 'port8888=%s\n' "$(service_holder)"
printf 'setup=%s\n' "$(setup_state)"
printf 'recipe=%s\n' "$(head -n 1 "$folder/setup/state.jsonl" 2>/dev/null | sed -n 's/.*"event":"started","way":"\([a-z-]*\)".*/\1/p')"
printf 'extras=%s\n' "$(sed -n 's/^extras=//p' "$folder/setup/plan.env" 2>/dev/null)"
printf 'image=%s\n' "$(sed -n 's/^image=//p' "$folder/setup/plan.env" 2>/dev/null)"
