# shellcheck shell=bash
# What this machine shall become, and where things are kept. Sourced by every other script.
# (bash 4.2 takes an empty array for unset, hence ${words[@]+"${words[@]}"}.)
# shellcheck disable=SC2034 # the PLAN_ variables are read by the steps

# The folder that all of set-up lives in: the parent of the folder that holds these scripts.
LAB_SETUP="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
LAB_PREFIX="$(dirname "$LAB_SETUP")"
export LAB_SETUP LAB_PREFIX

# Reads plan.env: lines of name=value, taken as text. Nothing in it is ever run.
read_plan() {
  local name value
  while IFS='=' read -r name value; do
    case "$name" in
      user | gpu_count | gpu_name | tensorflow | extras | port | image | image_note | docker_repository | nvidia_repository)
        export "PLAN_$name=$value"
        ;;
    esac
  done <"$LAB_SETUP/plan.env"
}

PLAN_user="$(id -un)"
PLAN_gpu_count=0
PLAN_gpu_name=''
PLAN_tensorflow=cpu
PLAN_extras=''
PLAN_port=8888
# The ways with a container: which image, and where Docker and NVIDIA's toolkit are had from.
PLAN_image=''
PLAN_image_note=''
PLAN_docker_repository=https://download.docker.com
PLAN_nvidia_repository=https://nvidia.github.io/libnvidia-container
if [ -f "$LAB_SETUP/plan.env" ]; then read_plan; fi

LAB_HOME="$(getent passwd "$PLAN_user" | cut -d: -f6)"
LAB_ENV="$LAB_PREFIX/env"
# Where a recipe runs Jupyter (machine or container), and the folder in which it finds the notebooks.
LAB_PLACE="${LAB_PLACE:-machine}"
LAB_NOTEBOOKS="${LAB_NOTEBOOKS:-$LAB_HOME}"
# A registry's key lies in memory, for root alone, until the image has been pulled.
LAB_REGISTRY_KEY=/run/oci-gpu-lab/registry-key
# Without root everything belongs to the person alone: their folder, their own systemd.
if [ "$(id -u)" -eq 0 ]; then LAB_SCOPE=system; else LAB_SCOPE=user; fi
export LAB_HOME LAB_ENV LAB_SCOPE LAB_PLACE LAB_NOTEBOOKS LAB_REGISTRY_KEY

# Runs a command as the login user, in the home folder, with the environment's Python first on PATH.
as_user() {
  local run=()
  if [ "$(id -u)" -eq 0 ]; then run=(runuser -u "$PLAN_user" --); fi
  # shellcheck disable=SC2016 # expanded by the inner shell
  HOME="$LAB_HOME" ${run[@]+"${run[@]}"} bash -c \
    'cd ~; if [ -f "$1/activate.sh" ]; then . "$1/activate.sh"; fi; shift; exec "$@"' \
    as_user "$LAB_PREFIX" "$@"
}

# systemctl for the machine, or for the person's own services.
service_ctl() {
  if [ "$LAB_SCOPE" = system ]; then systemctl "$@"; else systemctl --user "$@"; fi
}

service_folder() {
  if [ "$LAB_SCOPE" = system ]; then
    echo /etc/systemd/system
  else
    echo "$LAB_HOME/.config/systemd/user"
  fi
}
