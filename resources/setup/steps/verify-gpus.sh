# title: GPU check
# inputs: gpu_count gpu_name tensorflow way image
# keeps: setup/gpus.json
# shellcheck shell=bash
set -euo pipefail
. "$LAB_SETUP/lib/plan.sh"
. "$LAB_SETUP/lib/report.sh"
. "$LAB_SETUP/lib/engine.sh"

verify=(--expected "$PLAN_gpu_count" --name "$PLAN_gpu_name")

verify_here() {
  as_user env TF_CPP_MIN_LOG_LEVEL=2 "$LAB_ENV/bin/python" "$LAB_SETUP/python/verify_gpus.py" "${verify[@]}" \
    --notebook "$LAB_SETUP/notebooks/num_gpu.ipynb" --report "$LAB_PREFIX/gpus.json"
}

# The same inside, with the image's own Python and a fresh copy of the notebook.
verify_in_container() {
  local folder=/tmp/oci-gpu-lab
  docker exec "$LAB_CONTAINER" mkdir -p "$folder"
  docker cp "$LAB_SETUP/notebooks/num_gpu.ipynb" "$LAB_CONTAINER:$folder/"
  docker cp "$LAB_SETUP/python/verify_gpus.py" "$LAB_CONTAINER:$folder/"
  docker exec -e TF_CPP_MIN_LOG_LEVEL=2 "$LAB_CONTAINER" python3 "$folder/verify_gpus.py" "${verify[@]}" \
    --notebook "$folder/num_gpu.ipynb" --report "$folder/gpus.json"
  docker cp "$LAB_CONTAINER:$folder/gpus.json" "$LAB_PREFIX/gpus.json"
}

code=0
rm -f "$LAB_PREFIX/gpus.json"
if [ "$LAB_PLACE" = container ]; then verify_in_container || code=$?; else verify_here || code=$?; fi
if [ "$code" -ne 0 ] || [ ! -s "$LAB_PREFIX/gpus.json" ]; then
  fail gpuCheck 'num_gpu.ipynb could not be run; the log above says why'
fi
mv "$LAB_PREFIX/gpus.json" "$LAB_SETUP/gpus.json"

# Not as expected: the machine is usable, and the check is made again with the next run.
if ! grep -q '"passed":true' "$LAB_SETUP/gpus.json"; then : >"$LAB_SETUP/again"; fi
