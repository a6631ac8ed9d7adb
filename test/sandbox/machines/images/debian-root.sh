#!/bin/bash
# Writes the tar of a minimal Debian root to standard output.
# usage: debian-root.sh SUITE MIRROR
# Needs root and debootstrap. Its messages go to standard error.
set -euo pipefail

suite=$1
mirror=$2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

debootstrap --variant=minbase --include=ca-certificates "$suite" "$work/root" "$mirror" >&2
rm -rf "$work"/root/var/cache/apt/archives/*.deb "$work"/root/var/lib/apt/lists/*
tar --numeric-owner --one-file-system -C "$work/root" -c .
