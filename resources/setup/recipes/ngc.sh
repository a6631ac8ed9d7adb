# shellcheck shell=bash
# The NGC way: NVIDIA's own build of TensorFlow as the container mlenv. Its registry wants an API key.
# shellcheck source=lib/container-way.sh
. "$LAB_SETUP/lib/container-way.sh"
# shellcheck disable=SC2016 # the user name is this very text
export LAB_FOLDER_IN_IMAGE=/workspace LAB_REGISTRY_USER='$oauthtoken'
