# title: Python environment
# keeps: env/bin/python env/bin/pip
# shellcheck shell=bash
set -euo pipefail
. "$LAB_SETUP/lib/plan.sh"
. "$LAB_SETUP/lib/report.sh"
. "$LAB_SETUP/lib/os.sh"
. "$LAB_SETUP/lib/retries.sh"
. "$LAB_SETUP/lib/pip.sh"

say "    $LAB_ENV"
with_retries as_user "$LAB_PREFIX/python" -m venv --clear "$LAB_ENV"
# uv installs the same packages several times faster; it needs Python 3.8, and pip does where it cannot be had.
pip_install=(as_user env "${pip_settings[@]}" "$LAB_ENV/bin/pip" install --quiet --only-binary=:all:)
# An old pip does not know uv's wheels; most do, and bringing pip itself up to date is quicker with uv later.
if "${pip_install[@]}" uv 2>/dev/null; then exit 0; fi
if ! retried "${pip_install[@]}" --upgrade pip uv; then
  if [ "$LAB_REASON" != packageNotFound ]; then fail "$LAB_REASON" "$LAB_SEEN"; fi
  warn 'uv cannot be installed here; going on with pip, which takes longer'
  with_retries "${pip_install[@]}" --upgrade pip
fi
