#!/bin/bash
# Builds the RPMs of packages.txt and the repository that holds them.
# usage: build-repository.sh PACKAGES REPOSITORY
set -euo pipefail

packages=$1
repository=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

write_spec() { # write_spec NAME [PATH=TARGET...]
  local name=$1 link
  shift
  cat <<SPEC
Name: $name
Version: 1.0
Release: 1
Summary: Stand-in for $name in a simulated machine
License: MIT
BuildArch: noarch
AutoReqProv: no
%description
Stand-in for $name in a simulated machine.
%install
mkdir -p %{buildroot}
SPEC
  for link in "$@"; do
    printf 'mkdir -p "%%{buildroot}%s"\n' "$(dirname "${link%%=*}")"
    printf 'ln -s "%s" "%%{buildroot}%s"\n' "${link#*=}" "${link%%=*}"
  done
  echo %files
  for link in "$@"; do echo "${link%%=*}"; done
}

mkdir -p "$repository"
while read -r -a words; do
  [[ ${#words[@]} -gt 0 && ${words[0]} != '#'* ]] || continue
  write_spec "${words[@]}" >"$work/${words[0]}.spec"
done <"$packages"

rpmbuild -bb --quiet --define "_topdir $work" --define "_rpmdir $repository" \
  --define '_build_name_fmt %%{NAME}-%%{VERSION}.rpm' --define '__os_install_post %{nil}' "$work"/*.spec
createrepo_c --quiet "$repository"
