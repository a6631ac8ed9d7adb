#!/bin/bash
# Builds the RPMs of packages.txt and the repositories that hold them, each a folder with its name.
# usage: build-repository.sh PACKAGES FOLDER
set -euo pipefail

packages=$1
folder=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

write_spec() { # write_spec NAME [needs:NAME…] [PATH=TARGET…]
  local name=$1 word
  local links=()
  shift
  cat <<SPEC
Name: $name
Version: 1.0
Release: 1
Summary: Stand-in for $name in a simulated machine
License: MIT
BuildArch: noarch
AutoReqProv: no
SPEC
  for word in "$@"; do
    if [[ $word == needs:* ]]; then echo "Requires: ${word#needs:}"; else links+=("$word"); fi
  done
  cat <<SPEC
%description
Stand-in for $name in a simulated machine.
%install
mkdir -p %{buildroot}
SPEC
  for word in "${links[@]}"; do
    printf 'mkdir -p "%%{buildroot}%s"\n' "$(dirname "${word%%=*}")"
    printf 'ln -s "%s" "%%{buildroot}%s"\n' "${word#*=}" "${word%%=*}"
  done
  echo %files
  for word in "${links[@]}"; do echo "${word%%=*}"; done
}

# Puts the package of one line into each of the repositories of its section.
add_package() { # add_package NAME [WORD…]; reads `repositories`
  local name=$1 repository
  write_spec "$@" >"$work/$name.spec"
  for repository in "${repositories[@]}"; do echo "$name" >>"$work/$repository.list"; done
}

while read -r -a words; do
  [[ ${#words[@]} -gt 0 && ${words[0]} != '#'* ]] || continue
  if [[ ${words[0]} == '['* ]]; then
    read -r -a repositories <<<"$(tr -d '[]' <<<"${words[*]}")"
    for repository in "${repositories[@]}"; do touch "$work/$repository.list"; done
  else
    add_package "${words[@]}"
  fi
done <"$packages"

rpmbuild -bb --quiet --define "_topdir $work" --define "_rpmdir $work/rpms" \
  --define '_build_name_fmt %%{NAME}.rpm' --define '__os_install_post %{nil}' "$work"/*.spec
for list in "$work"/*.list; do
  repository=$folder/$(basename "$list" .list)
  mkdir -p "$repository"
  sort -u "$list" | while read -r name; do cp "$work/rpms/$name.rpm" "$repository/"; done
  createrepo_c --quiet "$repository"
done
