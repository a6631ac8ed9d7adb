# title: GPUs in a container
# stamp: never
# shellcheck shell=bash
set -euo pipefail
. "$LAB_SETUP/lib/plan.sh"
. "$LAB_SETUP/lib/report.sh"
. "$LAB_SETUP/lib/engine.sh"

read_gpu_options
if [ "${#gpu_options[@]}" -eq 0 ]; then
  say '    No GPU is expected here'
  exit 0
fi

# Which of the three parts does not work, by what Docker said.
part_of() {
  case "$1" in
    *'could not select device driver'* | *'unknown runtime'*) echo toolkitBroken ;;
    *'driver not loaded'* | *"couldn't communicate with the NVIDIA driver"* | *'driver/library version mismatch'*) echo driverMissing ;;
    *nvidia-container-cli* | *nvidia-container-runtime* | *nvidia-smi*) echo toolkitBroken ;;
    *) echo engineBroken ;;
  esac
}

say "    docker run --rm --gpus all $PLAN_image nvidia-smi"
table="$(docker run --rm --network none "${gpu_options[@]}" --entrypoint nvidia-smi "$PLAN_image" 2>&1)" || fail "$(part_of "$table")" "$(tail -n 3 <<<"$table")"
say "$table"
seen="$(docker run --rm --network none "${gpu_options[@]}" --entrypoint nvidia-smi "$PLAN_image" --query-gpu=name --format=csv,noheader | grep -c . || true)"
say "    A container sees $seen GPUs; the shape has $PLAN_gpu_count"
if [ "$seen" -lt "$(driver_gpus)" ]; then fail toolkitBroken "the driver lists $(driver_gpus) GPUs, a container sees $seen of them"; fi
if [ "$seen" -lt "$PLAN_gpu_count" ]; then warn "the driver itself sees $seen of $PLAN_gpu_count GPUs"; fi
