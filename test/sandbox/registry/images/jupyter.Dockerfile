# JUPYTER: what pip installs of Jupyter; old releases have no Lab, but Notebook 6.
ARG PYTHON
FROM $PYTHON
ARG JUPYTER
RUN PIP_CONFIG_FILE=/trust/pip.conf pip install --no-compile --only-binary=:all: $JUPYTER
