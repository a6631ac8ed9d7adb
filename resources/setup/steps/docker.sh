# title: Docker engine
# stamp: never
# shellcheck shell=bash
set -euo pipefail
. "$LAB_SETUP/lib/plan.sh"
. "$LAB_SETUP/lib/report.sh"
. "$LAB_SETUP/lib/os.sh"
. "$LAB_SETUP/lib/system-packages.sh"
. "$LAB_SETUP/lib/retries.sh"
. "$LAB_SETUP/lib/repositories.sh"
. "$LAB_SETUP/lib/engine.sh"

packages=(docker-ce docker-ce-cli containerd.io)

# Oracle Linux's own runc and Docker's containerd.io cannot both be there.
make_room_for_containerd() {
  local others=() name containers
  for name in podman-docker runc; do
    if rpm -q --quiet "$name"; then others+=("$name"); fi
  done
  if [ "${#others[@]}" -eq 0 ]; then return; fi
  if command -v podman >/dev/null; then
    containers="$({ podman ps -aq; as_user podman ps -aq; } 2>/dev/null | grep -c . || true)"
    if [ "$containers" -gt 0 ]; then
      fail podmanContainers "podman has $containers containers here, and Docker CE would replace ${others[*]}, which they need"
    fi
  fi
  say "    Docker CE replaces ${others[*]}; what needs it is removed with it:"
  rpm -q --whatrequires "${others[@]}" 2>/dev/null | sed 's/^/      /' || true
  with_retries "$(rpm_tool)" -y remove "${others[@]}"
}

install_docker() {
  say "    From $PLAN_docker_repository"
  case "$(os_family)" in
    debian)
      add_apt_repository docker "$PLAN_docker_repository/linux/$(os_id)" "$(os_codename) stable" "$PLAN_docker_repository/linux/$(os_id)/gpg"
      install_packages "${packages[@]}"
      ;;
    ol7)
      # container-selinux, which docker-ce needs, is in a repository that is off by default.
      enable_yum_repository ol7_addons
      add_dnf_repository docker-ce "$PLAN_docker_repository/linux/centos/7/x86_64/stable" "$PLAN_docker_repository/linux/centos/gpg"
      make_room_for_containerd
      install_packages container-selinux "${packages[@]}"
      ;;
    ol8 | ol9)
      add_dnf_repository docker-ce "$PLAN_docker_repository/linux/rhel/$(os_major)/x86_64/stable" "$PLAN_docker_repository/linux/rhel/gpg"
      make_room_for_containerd
      install_packages container-selinux "${packages[@]}"
      ;;
  esac
}

# dockerd reads no login's environment: it is told of the machine's proxies, if there are any.
tell_proxies() {
  local folder=/etc/systemd/system/docker.service.d name
  if [ -z "${https_proxy:-${HTTPS_PROXY:-}}" ] || [ -e "$folder" ]; then return; fi
  mkdir -p "$folder"
  (
    umask 077
    echo '[Service]' >"$folder/oci-gpu-lab-proxy.conf"
    for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
      if [ -n "${!name:-}" ]; then printf 'Environment="%s=%s"\n' "$name" "${!name}"; fi
    done >>"$folder/oci-gpu-lab-proxy.conf"
  )
  systemctl daemon-reload
}

if [ "$(id -u)" -ne 0 ]; then fail needsRoot 'sudo is needed to install Docker'; fi
if engine_answers; then
  say '    A working Docker is here already, and is kept'
else
  if ! systemctl cat docker.service >/dev/null 2>&1; then install_docker; fi
  tell_proxies
fi
command -v python3 >/dev/null || install_packages python3

systemctl --quiet enable docker.service
systemctl start docker.service || true
for _ in $(seq 60); do
  if engine_answers; then break; fi
  sleep 0.5
done
if ! engine_answers; then
  journalctl --no-pager -n 20 -u docker.service || true
  fail engineSilent "the Docker engine does not answer: $(docker info 2>&1 | tail -n 1)"
fi
docker version --format '    Docker {{.Server.Version}}'

if ! id -nG "$PLAN_user" | tr ' ' '\n' | grep -qx docker; then
  usermod -aG docker "$PLAN_user"
  say "    $PLAN_user may use docker from the next login on"
fi
