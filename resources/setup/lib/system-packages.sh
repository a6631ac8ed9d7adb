# shellcheck shell=bash
# Packages of the operating system: named ones only, never an upgrade, a kernel or a driver.

# Seconds to wait for another program that holds the package manager.
LAB_LOCK_LIMIT="${LAB_LOCK_LIMIT:-900}"

# The process that holds a lock on one of the files $@, as "pid name"; nothing when all are free.
# /proc/locks names each lock's owner and inode, so no extra tool is needed.
lock_holder() {
  local file inode pid
  for file in "$@"; do
    [ -e "$file" ] || continue
    inode="$(stat -c %i "$file")"
    pid="$(awk -v inode="$inode" '$2 != "->" { n = split($6, at, ":"); if (at[n] == inode) { print $5; exit } }' /proc/locks)"
    if [ -n "$pid" ]; then
      echo "$pid $(process_name "$pid")"
      return
    fi
  done
}

apt_lock_holder() {
  lock_holder /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock
}

# The process that dnf's or yum's own lock files name, or that has rpm's database locked.
dnf_lock_holder() {
  local file pid
  for file in /var/run/yum.pid /var/run/dnf.pid /var/cache/dnf/*.pid /var/lib/dnf/*.pid; do
    [ -s "$file" ] || continue
    pid="$(tr -dc '0-9' <"$file")"
    if [ -n "$pid" ] && [ -d "/proc/$pid" ]; then
      echo "$pid $(process_name "$pid")"
      return
    fi
  done
  lock_holder /var/lib/rpm/.rpm.lock
}

process_name() {
  if [ -r "/proc/$1/cmdline" ]; then tr '\0' ' ' <"/proc/$1/cmdline" | cut -c1-80; else echo 'another program'; fi
}

# Waits until nobody holds the package manager, saying who does.
wait_for_package_lock() {
  local holder told='' end=$((SECONDS + LAB_LOCK_LIMIT))
  while :; do
    if command -v apt-get >/dev/null; then holder="$(apt_lock_holder)"; else holder="$(dnf_lock_holder)"; fi
    if [ -z "$holder" ]; then return; fi
    if [ "$holder" != "$told" ]; then say "Waiting: the package manager is in use by ${holder#* } (process ${holder%% *})."; fi
    told="$holder"
    if [ "$SECONDS" -ge "$end" ]; then fail packageLock "still in use after $LAB_LOCK_LIMIT s by ${holder#* } (process ${holder%% *})"; fi
    sleep 2
  done
}

# Installs the named packages that are missing.
install_packages() {
  if command -v apt-get >/dev/null; then apt_install "$@"; else dnf_install "$@"; fi
}

apt_install() {
  local missing=() name
  for name in "$@"; do
    dpkg-query -W -f '${Status}\n' "$name" 2>/dev/null | grep -q '^install ok installed' || missing+=("$name")
  done
  if [ "${#missing[@]}" -eq 0 ]; then return; fi
  need_root "install ${missing[*]}"
  wait_for_package_lock
  export DEBIAN_FRONTEND=noninteractive
  # A run that was stopped may have left packages half configured.
  dpkg --configure -a
  # It ends well when a list could not be fetched: the installation then tells whether that one was needed.
  local lists="$LAB_SETUP/apt-update"
  with_retries apt-get -o DPkg::Lock::Timeout=300 -q update | tee "$lists"
  retried apt-get -o DPkg::Lock::Timeout=300 -q -y --no-install-recommends --no-upgrade install "${missing[@]}" && return
  if [ "$LAB_REASON" = packageNotFound ]; then LAB_REASON="$(reason_of "$(cat "$lists")")"; fi
  fail "$LAB_REASON" "$LAB_SEEN"
}

dnf_install() {
  local missing=() name tool=dnf
  command -v dnf >/dev/null || tool=yum
  for name in "$@"; do
    rpm -q --quiet "$name" || missing+=("$name")
  done
  if [ "${#missing[@]}" -eq 0 ]; then return; fi
  need_root "install ${missing[*]}"
  wait_for_package_lock
  with_retries "$tool" -y install "${missing[@]}"
}

need_root() {
  if [ "$(id -u)" -ne 0 ]; then fail needsRoot "sudo is needed to $1"; fi
}
