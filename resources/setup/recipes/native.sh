# shellcheck shell=bash
# The native way: TensorFlow and JupyterLab in a Python environment on the machine itself.
# A recipe is an ordered list of steps; each is a script in steps/.
# shellcheck disable=SC2034 # read by run.sh
recipe_steps=(
  preflight
  disk
  python
  environment
  packages
  jupyter-config
  notebooks
  jupyter-service
  verify-gpus
  jupyter-answers
)
