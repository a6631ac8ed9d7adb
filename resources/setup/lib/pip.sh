# shellcheck shell=bash
# How Python packages are fetched: the machine's own pip settings hold, for uv too. Sourced after lib/os.sh.
# shellcheck disable=SC2034 # the settings are read by the steps

# Ours, removed when all is installed. A cache that the machine's own settings name is used instead, and stays.
LAB_CACHE="$LAB_PREFIX/cache"

pip_config() {
  { as_user "$LAB_PREFIX/python" -m pip config get "$1" 2>/dev/null || true; } | head -n 1
}

# Fills pip_settings and uv_settings: words for env(1).
read_pip_settings() {
  local index extra links cert
  # Few tries of pip's own: each step tries again, with longer pauses and a word about it.
  pip_settings=(PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_PROGRESS_BAR=off PIP_RETRIES=2)
  uv_settings=(UV_NO_PROGRESS=1 UV_HTTP_TIMEOUT=120 UV_CONCURRENT_DOWNLOADS=16)
  if [ -z "$(pip_config global.cache-dir)" ]; then pip_settings+=("PIP_CACHE_DIR=$LAB_CACHE/pip"); fi
  # From our own cache by links, which take neither time nor room; it goes when all is installed, and the environment
  # is labelled anew then (a linked file keeps the cache's label under SELinux). From another's by copies.
  if grep -qs '^cache-dir' /etc/uv/uv.toml "$LAB_HOME/.config/uv/uv.toml"; then
    uv_settings+=(UV_LINK_MODE=copy)
  else
    uv_settings+=("UV_CACHE_DIR=$LAB_CACHE/uv" UV_LINK_MODE=hardlink)
  fi
  index="$(pip_config global.index-url)"
  extra="$(pip_config global.extra-index-url)"
  links="$(pip_config global.find-links)"
  cert="$(pip_config global.cert)"
  if [ -n "$index" ]; then uv_settings+=("UV_DEFAULT_INDEX=$index"); fi
  if [ -n "$extra" ]; then uv_settings+=("UV_INDEX=$extra"); fi
  if [ -n "$links" ]; then uv_settings+=("UV_FIND_LINKS=$links"); fi
  # They may be more than uv brings along.
  if [ -z "$cert" ]; then cert="$(system_certificates)"; fi
  if [ -n "$cert" ]; then uv_settings+=("SSL_CERT_FILE=$cert"); fi
}

# Proxies that are set for logins; a unit of systemd does not get them by itself.
read_proxies() {
  local name value
  [ -r /etc/environment ] || return 0
  while IFS='=' read -r name value; do
    case "$name" in
      http_proxy | https_proxy | no_proxy | HTTP_PROXY | HTTPS_PROXY | NO_PROXY)
        value="${value#\"}"
        export "$name=${value%\"}"
        ;;
    esac
  done </etc/environment
}

read_proxies
if [ -e "$LAB_PREFIX/python" ]; then read_pip_settings; fi
mkdir -p "$LAB_CACHE"
if [ "$(id -u)" -eq 0 ]; then chown "${PLAN_user:?}" "$LAB_CACHE"; fi
