# shellcheck shell=bash
# What every recipe with a container has in common: its steps, and where the person's files are.
#
# Besides, such a recipe says: LAB_FOLDER_IN_IMAGE, the folder of the image in which its Jupyter works, and
# LAB_REGISTRY_USER, the name to log in with, or nothing where the registry asks for none.
# shellcheck disable=SC2034 # read by run.sh
recipe_steps=(
  preflight
  disk
  docker
  gpu-toolkit
  image
  docker-gpus
  jupyter-config
  container
  container-packages
  notebooks
  verify-gpus
)
# This folder of the machine is the working folder inside: it outlives every container.
export LAB_PLACE=container LAB_NOTEBOOKS="$LAB_HOME/mlenv"
