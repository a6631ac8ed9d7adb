# shellcheck shell=bash
# The Docker Hub way: TensorFlow's own image, with CUDA and Jupyter in it, as the container mlenv.
# shellcheck source=lib/container-way.sh
. "$LAB_SETUP/lib/container-way.sh"
export LAB_FOLDER_IN_IMAGE=/tf LAB_REGISTRY_USER=''
