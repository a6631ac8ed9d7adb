# title: NVIDIA Container Toolkit
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

read_gpu_options
if [ "${#gpu_options[@]}" -eq 0 ]; then
  say '    No GPU is expected here: not needed'
  exit 0
fi

# Before gigabytes are pulled: without the driver there is nothing to hand to a container.
if ! nvidia-smi >/dev/null 2>&1; then
  fail driverMissing "nvidia-smi does not list any GPU on the machine itself: $(nvidia-smi 2>&1 | tail -n 1)"
fi

installed=''
if ! command -v nvidia-ctk >/dev/null || ! command -v nvidia-container-runtime-hook >/dev/null; then
  say "    From $PLAN_nvidia_repository"
  case "$(os_family)" in
    debian)
      add_apt_repository nvidia-container-toolkit "$PLAN_nvidia_repository/stable/deb/amd64" / "$PLAN_nvidia_repository/gpgkey"
      ;;
    *)
      add_dnf_repository nvidia-container-toolkit "$PLAN_nvidia_repository/stable/rpm/x86_64" "$PLAN_nvidia_repository/gpgkey" signed-index
      ;;
  esac
  install_packages nvidia-container-toolkit
  installed=yes
fi
nvidia-ctk --version | sed 's/^/    /' || fail toolkitBroken 'nvidia-ctk is installed, but does not run'

if [ -n "$installed" ] || ! docker info --format '{{json .Runtimes}}' | grep -q '"nvidia"'; then
  nvidia-ctk runtime configure --runtime=docker || fail toolkitBroken 'nvidia-ctk could not change /etc/docker/daemon.json'
  say '    Restarting Docker, so that it knows the NVIDIA runtime'
  systemctl restart docker.service || fail engineSilent "Docker does not start with the NVIDIA runtime: $(journalctl --no-pager -n 3 -o cat -u docker.service)"
fi
docker info --format '{{json .Runtimes}}' | grep -q '"nvidia"' || fail toolkitBroken 'Docker does not list the NVIDIA runtime'
