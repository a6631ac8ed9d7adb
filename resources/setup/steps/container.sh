# title: Container
# stamp: never
# shellcheck shell=bash
set -euo pipefail
. "$LAB_SETUP/lib/plan.sh"
. "$LAB_SETUP/lib/report.sh"
. "$LAB_SETUP/lib/os.sh"
. "$LAB_SETUP/lib/engine.sh"
. "$LAB_SETUP/lib/jupyter.sh"

inside=/opt/oci-gpu-lab
image_id="$(docker image inspect -f '{{.Id}}' "$PLAN_image")"
# Packages that are added go with the image that they were added to: another has another Python.
packages="$LAB_PREFIX/packages/$(tr -c 'A-Za-z0-9.\n' '-' <<<"$PLAN_image")"
pip_settings="$LAB_PREFIX/container-pip.conf"
read_gpu_options

# What NVIDIA advises for its images: pinned memory without a limit, a large stack. A machine that is a container itself may not.
read_limits() {
  local limit
  limits=()
  for limit in memlock=-1 stack=67108864; do
    if docker run --rm --network none --ulimit "$limit" --entrypoint true "$PLAN_image" 2>/dev/null; then
      limits+=(--ulimit "$limit")
    else
      warn "this machine does not let a container have the limit $limit"
    fi
  done
}

# The token is in a mounted file: neither in the command, nor in the environment that `docker inspect` shows.
run_options() {
  printf '%s\n' \
    --name "$LAB_CONTAINER" --hostname "$LAB_CONTAINER" --label "$LAB_CONTAINER_LABEL=$LAB_CONTAINER" \
    --restart unless-stopped --publish "127.0.0.1:$PLAN_port:$PLAN_port" ${gpu_options[@]+"${gpu_options[@]}"} \
    --shm-size=1g ${limits[@]+"${limits[@]}"} \
    --volume "$LAB_NOTEBOOKS:$LAB_FOLDER_IN_IMAGE" --workdir "$LAB_FOLDER_IN_IMAGE" \
    --volume "$LAB_PREFIX/jupyter:$inside/jupyter:ro" --volume "$LAB_SETUP/in-container:$inside/in-container:ro" \
    --volume "$packages:$inside/packages" \
    --env "OCI_GPU_LAB_WORK=$LAB_FOLDER_IN_IMAGE" \
    --env "PYTHONUSERBASE=$inside/packages" --env PIP_BREAK_SYSTEM_PACKAGES=1 --env PIP_ROOT_USER_ACTION=ignore
  pip_options
}

# pip inside gets its packages from where the machine gets them, and trusts whom the machine trusts.
pip_options() {
  if [ -e /etc/pip.conf ]; then printf '%s\n' --volume /etc/pip.conf:/etc/pip.conf:ro; fi
  if [ -n "$bundle" ]; then printf '%s\n' --volume "$bundle:$inside/certificates.pem:ro"; fi
  printf '%s\n' --volume "$pip_settings:/root/.config/pip/pip.conf:ro"
}

# What `pip install` adds goes to the mounted folder. (PIP_USER=1 would hide the image's own packages from pip list.)
write_pip_settings() {
  bundle="$(system_certificates)"
  bundle="${bundle:+$(readlink -f "$bundle")}"
  {
    printf '[install]\nuser = true\n'
    if [ -n "$bundle" ]; then printf '[global]\ncert = %s\n' "$inside/certificates.pem"; fi
  } >"$pip_settings"
}

# What the running container was made of; when it differs, it is made anew.
made_of() {
  { echo "$image_id" && run_options && cat "$LAB_PREFIX/jupyter/jupyter_server_config.py" "$LAB_SETUP"/in-container/*; } |
    sha256sum | cut -d' ' -f1
}

# The image's own examples, which the mounted folder would hide. Once an image: what was deleted stays so.
fill_work_folder() {
  local mark="$LAB_SETUP/filled"
  if grep -qsF "$image_id" "$mark"; then return; fi
  docker run --rm --network none --volume "$LAB_NOTEBOOKS:/oci-gpu-lab-work" --entrypoint cp "$PLAN_image" \
    -a -n "$LAB_FOLDER_IN_IMAGE/." /oci-gpu-lab-work/ || warn "the examples of the image could not be copied to $LAB_NOTEBOOKS"
  # The copy takes the image's owner and mode over to the folder itself.
  chown "$PLAN_user" "$LAB_NOTEBOOKS"
  echo "$image_id" >>"$mark"
}

# A container of this name that somebody else has made is not ours to remove.
check_name() {
  if docker container inspect "$LAB_CONTAINER" >/dev/null 2>&1 && ! have_container; then
    fail containerNameTaken "a container named $LAB_CONTAINER is here that set-up did not make"
  fi
}

show_container_log() { docker logs --tail 30 "$LAB_CONTAINER" 2>&1; }

start_container() {
  local options answer
  mkdir -p "$packages"
  remove_native_service
  remove_container
  mapfile -t options < <(run_options)
  answer="$(docker run --detach "${options[@]}" --label "$LAB_CONTAINER_LABEL.made-of=$1" "$PLAN_image" \
    bash "$inside/in-container/start-jupyter.sh" 2>&1)" || fail engineBroken "$(tail -n 3 <<<"$answer")"
  say "    $LAB_CONTAINER runs $PLAN_image; its $LAB_FOLDER_IN_IMAGE is $LAB_NOTEBOOKS on this machine"
}

check_name
as_user mkdir -p "$LAB_NOTEBOOKS"
fill_work_folder
write_pip_settings
read_limits
wanted="$(made_of)"
if have_container && [ "$(container_label "$LAB_CONTAINER_LABEL.made-of")" = "$wanted" ]; then
  remove_native_service
  docker start "$LAB_CONTAINER" >/dev/null
  say "    $LAB_CONTAINER is as it shall be"
else
  start_container "$wanted"
fi
wait_for_jupyter show_container_log 150
echo container >"$LAB_PREFIX/place"
