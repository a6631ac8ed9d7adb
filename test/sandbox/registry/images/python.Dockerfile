# What all the stand-in images share: Debian's Python as root, the real TensorFlow (its CPU build) and Matplotlib.
# STAND-IN: the originals are built on Ubuntu with CUDA; what people meet in them (paths, user, command) is below.
ARG ROOT
FROM $ROOT

ARG MIRROR
ENV DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8 PIP_BREAK_SYSTEM_PACKAGES=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
# How this host's pip reaches the package index, and whom it trusts.
COPY trust/ /trust/
RUN printf 'deb %s bookworm main\n' "$MIRROR" >/etc/apt/sources.list \
 && apt-get update \
 && apt-get install -y --no-install-recommends python3 python3-pip \
 && rm -rf /var/cache/apt/archives/*.deb /var/lib/apt/lists/* /usr/share/doc /usr/share/man
RUN PIP_CONFIG_FILE=/trust/pip.conf pip install --no-compile --only-binary=:all: tensorflow-cpu==2.17.0 matplotlib ipykernel nbclient nbformat \
 && cd /usr/local/lib/python3.11/dist-packages && rm -rf tensorflow/include
