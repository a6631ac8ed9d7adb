# shellcheck shell=bash
# The GPUs of this machine, as its driver lists them.

# Prints their names, one a line; nothing where there is no driver.
gpu_names() {
  local names
  # nvidia-smi tells its failures on stdout too.
  names="$(nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null)" || names=''
  printf '%s' "$names"
}

# Prints how many they are; 0 where there is no driver.
driver_gpus() { gpu_names | grep -c . || true; }
