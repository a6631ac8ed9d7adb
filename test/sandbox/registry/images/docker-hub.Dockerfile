# Laid out as tensorflow/tensorflow:<version>-gpu-jupyter: root, /tf open to all, Jupyter on every address.
ARG JUPYTER_IMAGE
FROM $JUPYTER_IMAGE
RUN mkdir -p /tf/tensorflow-tutorials && echo 'Tutorials of the original image.' >/tf/tensorflow-tutorials/README.md \
 && chmod -R a+rwx /tf
WORKDIR /tf
EXPOSE 8888
CMD ["bash", "-c", "jupyter notebook --notebook-dir=/tf --ip 0.0.0.0 --no-browser --allow-root"]
