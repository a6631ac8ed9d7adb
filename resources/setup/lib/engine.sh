# shellcheck shell=bash
# Docker as the steps use it. Sourced after lib/plan.sh and lib/report.sh.
. "$LAB_SETUP/lib/gpus.sh"

# The one container of a container way, by the tutorial's name, and the label that tells it from another's.
LAB_CONTAINER=mlenv
LAB_CONTAINER_LABEL=oci-gpu-lab
export LAB_CONTAINER LAB_CONTAINER_LABEL

# True when a Docker engine answers; podman's imitation of the command does not count.
engine_answers() {
  command -v docker >/dev/null && ! docker --version 2>/dev/null | grep -qi podman && docker info >/dev/null 2>&1
}

# Prints a label of the container; fails where there is no such container.
container_label() {
  docker container inspect -f "{{index .Config.Labels \"$1\"}}" "$LAB_CONTAINER" 2>/dev/null
}

# True when the container is there and was made by set-up.
have_container() {
  command -v docker >/dev/null && [ "$(container_label "$LAB_CONTAINER_LABEL")" = "$LAB_CONTAINER" ]
}

remove_container() {
  if have_container; then
    say "    Removing the container $LAB_CONTAINER; its files stay in $LAB_HOME/mlenv"
    docker rm --force "$LAB_CONTAINER" >/dev/null
  fi
}

# Fills gpu_options: a machine without GPUs can be set up too, as a rehearsal.
read_gpu_options() {
  # shellcheck disable=SC2034 # read by the steps
  gpu_options=()
  if [ "${PLAN_gpu_count:?}" -gt 0 ] || [ "$(driver_gpus)" -gt 0 ]; then
    # shellcheck disable=SC2034
    gpu_options=(--gpus all)
  fi
}
