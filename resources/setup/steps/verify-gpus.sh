# title: GPU check
# inputs: gpu_count gpu_name tensorflow
# keeps: setup/gpus.json
# shellcheck shell=bash
set -euo pipefail
. "$LAB_SETUP/lib/plan.sh"
. "$LAB_SETUP/lib/report.sh"

code=0
as_user env TF_CPP_MIN_LOG_LEVEL=2 "$LAB_ENV/bin/python" "$LAB_SETUP/python/verify_gpus.py" \
  --expected "$PLAN_gpu_count" --name "$PLAN_gpu_name" --notebook "$LAB_SETUP/notebooks/num_gpu.ipynb" \
  --report "$LAB_PREFIX/gpus.json" || code=$?
if [ "$code" -ne 0 ] || [ ! -s "$LAB_PREFIX/gpus.json" ]; then
  fail gpuCheck 'num_gpu.ipynb could not be run; the log above says why'
fi
mv "$LAB_PREFIX/gpus.json" "$LAB_SETUP/gpus.json"

# Not as expected: the machine is usable, and the check is made again with the next run.
if ! grep -q '"passed":true' "$LAB_SETUP/gpus.json"; then : >"$LAB_SETUP/again"; fi
