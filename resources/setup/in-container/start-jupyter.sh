#!/bin/bash
# The container's own command, so that a restart and a reboot bring Jupyter back: Lab where the image has it.
set -eu
cd "$OCI_GPU_LAB_WORK"
app=notebook
if python3 -c 'import jupyterlab' 2>/dev/null; then app=lab; fi
exec jupyter "$app" --config=/opt/oci-gpu-lab/jupyter/jupyter_server_config.py
