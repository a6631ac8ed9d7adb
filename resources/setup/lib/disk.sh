# shellcheck shell=bash
# How much room there is, and what could be removed to make some.

# In MiB, for people without root.
free_mib() { df -Pm "$LAB_PREFIX" | awk 'NR == 2 { print $4 }'; }

# True when a file system that set-up writes to has no room left.
disk_is_full() {
  local folder free
  for folder in "$LAB_PREFIX" /var "${TMPDIR:-/tmp}"; do
    free="$(df -Pm "$folder" | awk 'NR == 2 { print $4 }')"
    if [ "${free:-1000}" -lt 20 ]; then return; fi
  done
  return 1
}

# Room kept back from the start, so that the end can be told on a disk that has become full.
keep_room() { head -c 4194304 /dev/zero >"$LAB_SETUP/reserve" || true; }
give_room() { rm -f "$LAB_SETUP/reserve"; }

# MiB that a folder takes on its own file system; 0 when it is not there or takes long to count.
size_mib() { { timeout 5 du -smx "$1" 2>/dev/null || true; } | awk '{ size = $1 } END { print size + 0 }'; }

# A sentence on what takes room and can be made again or done without, the largest first; nothing below 50 MiB.
what_to_free() {
  local folder size found
  found="$(
    for folder in /var/cache/dnf /var/cache/yum /var/cache/apt /var/log /tmp /var/tmp /var/lib/docker \
      /var/lib/containerd "$LAB_HOME" "$LAB_PREFIX/cache"; do
      size="$(size_mib "$folder")"
      if [ "$size" -ge 50 ]; then echo "$size $folder"; fi
    done | sort -rn | awk 'NR <= 4 { printf "%s%s (%s MiB)", (NR > 1 ? ", " : ""), $2, $1 }'
  )"
  if [ -n "$found" ]; then echo "; there is room to be made in $found"; fi
}
