#!/bin/bash
# STAND-IN for NVIDIA's entry point: a banner, then the command.
echo "================"
echo "== TensorFlow == (simulated, release $NVIDIA_TENSORFLOW_VERSION)"
echo "================"
exec "$@"
