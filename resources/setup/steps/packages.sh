# title: TensorFlow, JupyterLab, Matplotlib
# inputs: tensorflow extras
# keeps: env/bin/jupyter-lab env/bin/pip
# shellcheck shell=bash
set -euo pipefail
. "$LAB_SETUP/lib/plan.sh"
. "$LAB_SETUP/lib/report.sh"
. "$LAB_SETUP/lib/os.sh"
. "$LAB_SETUP/lib/retries.sh"
. "$LAB_SETUP/lib/pip.sh"

# The TensorFlow that this Python and this machine can use.
tensorflow_requirement() {
  local minor
  minor="$(as_user "$LAB_ENV/bin/python" -c 'import sys; print(sys.version_info[1])')"
  case "$PLAN_tensorflow:$minor" in
    cuda:8) echo 'tensorflow==2.13.*' ;; # the last for Python 3.8; it uses the image's own CUDA
    cuda:*) echo 'tensorflow[and-cuda]' ;;
    *:8) echo 'tensorflow-cpu==2.13.*' ;;
    *) echo 'tensorflow-cpu' ;;
  esac
}

install_with() {
  if [ -x "$LAB_ENV/bin/uv" ]; then
    with_retries as_user env "${uv_settings[@]}" "$LAB_ENV/bin/uv" pip install --python "$LAB_ENV/bin/python" \
      --upgrade-package pip pip "$@"
  else
    with_retries as_user env "${pip_settings[@]}" "$LAB_ENV/bin/pip" install "$@"
  fi
}

read -r -a extras <<<"$PLAN_extras"
requirements=("$(tensorflow_requirement)" jupyterlab matplotlib ${extras[@]+"${extras[@]}"})
say "    ${requirements[*]}"
mended="$(as_user "$LAB_ENV/bin/python" "$LAB_SETUP/python/mend_environment.py")"
if [ -n "$mended" ]; then say "$mended"; fi
# What it was linked from is torn as well.
case "$mended" in *'torn file'*) rm -rf "$LAB_CACHE/uv" ;; esac
install_with "${requirements[@]}"

# What was unpacked is not needed twice. A failed run keeps it, so that the next is quick.
rm -rf "$LAB_CACHE"
relabel "$LAB_ENV"
