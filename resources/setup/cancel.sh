#!/usr/bin/env bash
# Stops a running set-up with everything that it started. Run again, it goes on where it stopped.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=lib/scope.sh
. "$here/lib/scope.sh"
: >"$here/cancel"
systemctl ${scope[@]+"${scope[@]}"} stop oci-gpu-lab-setup.service 2>/dev/null || true
rm -f "$here/cancel"
