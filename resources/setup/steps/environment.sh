# title: Python environment
# keeps: env/bin/python
# shellcheck shell=bash
set -euo pipefail
. "$LAB_SETUP/lib/plan.sh"
. "$LAB_SETUP/lib/report.sh"
. "$LAB_SETUP/lib/os.sh"
. "$LAB_SETUP/lib/retries.sh"
. "$LAB_SETUP/lib/pip.sh"

say "    $LAB_ENV"
with_retries as_user "$LAB_PREFIX/python" -m venv --clear --without-pip "$LAB_ENV"
# uv installs the same packages several times faster, pip itself too; it needs Python 3.8, and pip does where it cannot
# be had. To get it, pip is run from the wheel that Python brings along: unpacking that first would take longer.
pip_install=("$LAB_ENV/bin/python" -m pip install --quiet --only-binary=:all:)
pip_wheel="$(as_user "$LAB_ENV/bin/python" "$LAB_SETUP/python/bundled_pip.py")"
if as_user env "${pip_settings[@]}" "PYTHONPATH=$pip_wheel" "${pip_install[@]}" uv 2>/dev/null; then exit 0; fi
# An old pip does not know uv's wheels, though most do.
with_retries as_user "$LAB_ENV/bin/python" -m ensurepip --default-pip >/dev/null
pip_install=(as_user env "${pip_settings[@]}" "${pip_install[@]}")
if ! retried "${pip_install[@]}" --upgrade pip uv; then
  if [ "$LAB_REASON" != packageNotFound ]; then fail "$LAB_REASON" "$LAB_SEEN"; fi
  warn 'uv cannot be installed here; going on with pip, which takes longer'
  with_retries "${pip_install[@]}" --upgrade pip
fi
