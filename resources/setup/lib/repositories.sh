# shellcheck shell=bash
# Adds package repositories that are not the distribution's own. Sourced after lib/retries.sh.

# A value of os-release.
os_value() { sed -n "s/^$1=//p" /etc/os-release | tr -d '"' | head -n 1; }
os_major() { os_value VERSION_ID | cut -d. -f1; }

# Docker has a folder for debian and one for ubuntu; what is like one of them uses its.
os_id() { if [ "$(os_value ID)" = debian ]; then echo debian; else echo ubuntu; fi; }
os_codename() { { os_value UBUNTU_CODENAME && os_value VERSION_CODENAME; } | grep -m 1 .; }

download() { # download ADDRESS FILE
  with_retries curl --fail --silent --show-error --location --retry 2 --connect-timeout 20 -o "$2" "$1"
}

# add_apt_repository NAME ADDRESS SUITE-AND-COMPONENT KEY-ADDRESS
add_apt_repository() {
  local key="/etc/apt/keyrings/$1.asc" list="/etc/apt/sources.list.d/$1.list"
  if [ -s "$list" ] && grep -qF "$2 $3" "$list"; then return; fi
  command -v curl >/dev/null || install_packages curl ca-certificates
  install -d -m 755 /etc/apt/keyrings
  download "$4" "$key"
  chmod 644 "$key"
  printf 'deb [arch=amd64 signed-by=%s] %s %s\n' "$key" "$2" "$3" >"$list"
}

# add_dnf_repository NAME ADDRESS KEY-ADDRESS [signed-index]: NVIDIA signs the index and not the packages.
add_dnf_repository() {
  local signed='gpgcheck=1'
  if [ "${4:-}" = signed-index ]; then signed=$'gpgcheck=0\nrepo_gpgcheck=1'; fi
  # module_hotfixes: a module of the system would hide these packages.
  cat >"/etc/yum.repos.d/$1.repo" <<REPOSITORY
[$1]
name=$1
baseurl=$2
enabled=1
module_hotfixes=1
gpgkey=$3
$signed
REPOSITORY
}

rpm_tool() { if command -v dnf >/dev/null; then echo dnf; else echo yum; fi; }

# Turns a repository on that the system knows.
enable_yum_repository() {
  install_packages yum-utils
  yum-config-manager --enable "$1" >/dev/null || warn "the repository $1 cannot be enabled"
}
