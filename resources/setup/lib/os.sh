# shellcheck shell=bash
# Which operating system this is, in the words of the steps.

# Prints the family: debian (Ubuntu too), ol7, ol8, ol9, or nothing where the recipes know no way.
os_family() {
  local ID='' VERSION_ID='' ID_LIKE=''
  # shellcheck disable=SC1091
  . /etc/os-release
  case "$ID" in
    debian | ubuntu) echo debian ;;
    ol | rhel | almalinux | rocky | centos)
      case "${VERSION_ID%%.*}" in
        7) echo ol7 ;;
        8) echo ol8 ;;
        9 | 10) echo ol9 ;;
      esac
      ;;
    *) case " $ID_LIKE " in *" debian "*) echo debian ;; esac ;;
  esac
}

os_name() {
  local PRETTY_NAME=''
  # shellcheck disable=SC1091
  . /etc/os-release
  echo "${PRETTY_NAME:-Linux}"
}

# Prints the file of the certificates that the machine's owner trusts; nothing where there is none.
system_certificates() {
  local file
  for file in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
    if [ -s "$file" ]; then
      echo "$file"
      return
    fi
  done
}

# Gives files the label that SELinux expects where they are; a plain file system needs nothing.
relabel() {
  if command -v restorecon >/dev/null && command -v selinuxenabled >/dev/null && selinuxenabled; then
    restorecon -RF "$@" || warn "restorecon could not label $*"
  fi
}
