#!/bin/bash
# Builds the package repositories that stand in for Docker's and NVIDIA's own, which cannot be reached from here.
# usage: build-packages.sh FOLDER
#
# The engine inside docker-ce and containerd.io is Debian's docker.io, containerd and runc, packed anew under
# Docker's names. The toolkit is a stand-in (stand-ins/): there is no GPU to hand to a container.
# Laid out as the originals: FOLDER/docker/linux/<system>/…, FOLDER/nvidia/stable/{deb,rpm}/…, each with its key.
set -euo pipefail

out=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=99.0.0
export GNUPGHOME="$work/gnupg"
mkdir -m 700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-generate-key 'Simulated packages <packages@sandbox.invalid>' rsa3072 sign never

unpack_debian() { # unpack_debian FOLDER PACKAGE...: the files of Debian's packages, without their documentation
  local folder=$1 package
  shift
  mkdir -p "$folder"
  for package in "$@"; do
    (cd "$work" && apt-get download -qq -o APT::Sandbox::User=root "$package")
    dpkg-deb -x "$work/${package}"_*.deb "$folder"
  done
  rm -rf "$folder/usr/share/doc" "$folder/usr/share/man" "$folder/usr/share/bash-completion" \
    "$folder/usr/share/zsh" "$folder/usr/share/fish" "$folder/usr/share/lintian" "$folder/etc/init.d"
  rm -rf "$folder"/usr/bin/dnet "$folder"/usr/sbin/ovrouter "$folder"/usr/share/docker.io "$folder"/usr/share/initramfs-tools
  # dnf's Debian root has merged folders: a package must not bring its own /lib.
  if [ -d "$folder/lib" ]; then mkdir -p "$folder/usr" && cp -a "$folder/lib/." "$folder/usr/lib/" && rm -rf "${folder:?}/lib"; fi
}

# One tree a package; what only runs in Debian's own packaging goes.
unpack_debian "$work/tree/docker-ce" docker.io
unpack_debian "$work/tree/containerd.io" containerd runc libdevmapper1.02.1
mkdir -p "$work/tree/docker-ce-cli/usr/bin" "$work/tree/nvidia-container-toolkit/usr/bin"
mv "$work/tree/docker-ce/usr/bin/docker" "$work/tree/docker-ce-cli/usr/bin/docker"
install -m 755 /usr/share/stand-ins/* "$work/tree/nvidia-container-toolkit/usr/bin/"
ln -s /usr/sbin/runc "$work/tree/nvidia-container-toolkit/usr/bin/nvidia-container-runtime"

needs() { # needs PACKAGE: the packages that it depends on
  case $1 in
    docker-ce) echo 'containerd.io docker-ce-cli iptables' ;;
    containerd.io | docker-ce-cli) ;;
    nvidia-container-toolkit) ;;
  esac
}

after_install='getent group docker >/dev/null || groupadd --system docker; if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi'

build_deb() { # build_deb PACKAGE FOLDER
  local tree="$work/deb/$1" depends
  mkdir -p "$tree/DEBIAN" "$2"
  cp -a "$work/tree/$1/." "$tree/"
  depends=$(needs "$1" | tr ' ' '\n' | paste -sd, | sed 's/,/, /g')
  cat >"$tree/DEBIAN/control" <<CONTROL
Package: $1
Version: $version
Architecture: amd64
Maintainer: Simulated packages <packages@sandbox.invalid>
Description: STAND-IN for $1, made of Debian's packages
${depends:+Depends: $depends}
CONTROL
  sed -i '/^$/d' "$tree/DEBIAN/control"
  if [ "$1" = containerd.io ]; then
    printf 'Conflicts: containerd, runc\nReplaces: containerd, runc\n' >>"$tree/DEBIAN/control"
  fi
  if [ "$1" = docker-ce ]; then
    # As Docker's own: the services are enabled and started by the package.
    printf '#!/bin/sh\nset -e\n%s\nif [ -d /run/systemd/system ]; then systemctl enable --quiet containerd.service docker.service docker.socket; systemctl start docker.service; fi\n' "$after_install" >"$tree/DEBIAN/postinst"
    chmod 755 "$tree/DEBIAN/postinst"
  fi
  dpkg-deb --root-owner-group -Zgzip -z1 --build "$tree" "$2/$1_${version}_amd64.deb" >/dev/null
}

build_rpm() { # build_rpm PACKAGE FOLDER
  local spec="$work/$1.spec"
  {
    printf 'Name: %s\nVersion: %s\nRelease: 1\nSummary: STAND-IN for %s\nLicense: MIT\nAutoReqProv: no\n' "$1" "$version" "$1"
    if [ -n "$(needs "$1")" ]; then printf 'Requires: %s\n' "$(needs "$1" | sed 's/ iptables//')"; fi
    if [ "$1" = docker-ce ]; then printf 'Requires: container-selinux\n'; fi
    # The conflict that Oracle Linux 8's own runc has with containerd.io.
    if [ "$1" = containerd.io ]; then printf 'Conflicts: runc\n'; fi
    printf '%%description\nSTAND-IN for %s, made of Debian packages.\n' "$1"
    printf '%%install\nmkdir -p %%{buildroot}\ncp -a %s/. %%{buildroot}/\n' "$work/tree/$1"
    # In rpm's own Lua: the packages of a simulated machine do not say who provides /bin/sh.
    if [ "$1" = docker-ce ]; then printf '%%post -p <lua>\nos.execute([[%s]])\n' "$after_install"; fi
    printf '%%files\n'
    (cd "$work/tree/$1" && find . -mindepth 1 \( -type f -o -type l \) -printf '"/%P"\n')
  } >"$spec"
  rpmbuild -bb --quiet --define "_topdir $work/rpm" --define "_rpmdir $work/rpms" --define '_binary_payload w1.gzdio' \
    --define '_build_id_links none' --define '_build_name_fmt %%{NAME}-%%{VERSION}.%%{ARCH}.rpm' \
    --define '__os_install_post %{nil}' "$spec" >/dev/null
  mkdir -p "$2"
  mv "$work/rpms/$1-$version".*.rpm "$2/"
}

sign_apt() { # sign_apt FOLDER: Packages and InRelease of a flat or pooled repository
  (
    cd "$1"
    apt-ftparchive release . >Release.new
    mv Release.new Release
    gpg --batch --quiet --yes --clearsign -o InRelease Release
  )
}

sign_dnf() { # sign_dnf FOLDER
  createrepo_c --quiet "$1"
  gpg --batch --quiet --yes --armor --detach-sign "$1/repodata/repomd.xml"
}

# Docker: a suite each for Debian and Ubuntu, a folder for each release of the RPM systems.
for package in docker-ce docker-ce-cli containerd.io; do
  build_deb "$package" "$work/docker-debs"
  build_rpm "$package" "$work/docker-rpms"
done
gpg --armor --export >"$work/key"
for system in debian:bookworm ubuntu:noble ubuntu:jammy; do
  root="$out/docker/linux/${system%:*}"
  suite="$root/dists/${system#*:}"
  mkdir -p "$root/pool/${system#*:}" "$suite/stable/binary-amd64"
  cp "$work"/docker-debs/*.deb "$root/pool/${system#*:}/"
  (cd "$root" && apt-ftparchive packages "pool/${system#*:}" >"$suite/stable/binary-amd64/Packages")
  sign_apt "$suite"
  cp "$work/key" "$root/gpg"
done
rpmsign --define '__gpg /usr/bin/gpg' --define '_gpg_name Simulated packages' --addsign "$work"/docker-rpms/*.rpm >/dev/null
for system in centos:7 rhel:8 rhel:9; do
  root="$out/docker/linux/${system%:*}"
  mkdir -p "$root/${system#*:}/x86_64/stable"
  cp "$work"/docker-rpms/*.rpm "$root/${system#*:}/x86_64/stable/"
  sign_dnf "$root/${system#*:}/x86_64/stable"
  cp "$work/key" "$root/gpg"
done

# NVIDIA: flat repositories.
build_deb nvidia-container-toolkit "$out/nvidia/stable/deb/amd64"
(cd "$out/nvidia/stable/deb/amd64" && apt-ftparchive packages . >Packages && apt-ftparchive release . >"$work/Release" && cp "$work/Release" Release && gpg --batch --quiet --yes --clearsign -o InRelease Release)
build_rpm nvidia-container-toolkit "$out/nvidia/stable/rpm/x86_64"
sign_dnf "$out/nvidia/stable/rpm/x86_64"
cp "$work/key" "$out/nvidia/gpgkey"
