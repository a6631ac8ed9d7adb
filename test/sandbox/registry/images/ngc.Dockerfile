# Laid out as nvcr.io/nvidia/tensorflow:<YY.MM>-tf2-py3: root, /workspace, an entry point that shows a banner.
ARG JUPYTER_IMAGE
FROM $JUPYTER_IMAGE
COPY ngc-entrypoint.sh /opt/nvidia/nvidia_entrypoint.sh
RUN chmod +x /opt/nvidia/nvidia_entrypoint.sh && mkdir -p /workspace/nvidia-examples \
 && echo 'Examples of the original image.' >/workspace/README.md
ARG RELEASE
ENV NVIDIA_TENSORFLOW_VERSION=$RELEASE
WORKDIR /workspace
EXPOSE 8888 6006
ENTRYPOINT ["/opt/nvidia/nvidia_entrypoint.sh"]
CMD ["/bin/bash"]
