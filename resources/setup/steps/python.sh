# title: Python
# keeps: python
# shellcheck shell=bash
set -euo pipefail
. "$LAB_SETUP/lib/plan.sh"
. "$LAB_SETUP/lib/report.sh"
. "$LAB_SETUP/lib/os.sh"
. "$LAB_SETUP/lib/system-packages.sh"
. "$LAB_SETUP/lib/retries.sh"

# The system's own Python stays as it is; the newest that the distribution offers goes beside it.
case "$(os_family)" in
  ol7)
    warn 'Oracle Linux 7 is out of support; TensorFlow 2.13 is the last for its Python 3.8. Prefer Oracle Linux 8 or 9.'
    # Software Collections: their Python finds its libraries by the collection's own settings.
    python=/opt/rh/rh-python38/root/usr/bin/python3.8
    if [ ! -x "$python" ]; then
      install_packages oracle-softwarecollection-release-el7
      install_packages rh-python38
    fi
    echo '. /opt/rh/rh-python38/enable' >"$LAB_PREFIX/activate.sh"
    ;;
  ol8 | ol9)
    python3.12 -c 'import ensurepip' 2>/dev/null || install_packages python3.12
    python="$(command -v python3.12)"
    : >"$LAB_PREFIX/activate.sh"
    ;;
  debian)
    python3 -c 'import ensurepip' 2>/dev/null || install_packages python3 python3-venv
    python="$(command -v python3)"
    : >"$LAB_PREFIX/activate.sh"
    ;;
esac
# shellcheck disable=SC2016 # PATH is for whoever reads the file
printf 'export PATH="%s/bin:$PATH"\n' "$LAB_ENV" >>"$LAB_PREFIX/activate.sh"
if [ "$(id -u)" -eq 0 ]; then chown "$PLAN_user" "$LAB_PREFIX" "$LAB_PREFIX/activate.sh"; fi

as_user "$python" --version
ln -sfn "$python" "$LAB_PREFIX/python"
