#!/bin/sh
# Makes the root say that it is Oracle Linux VERSION, and hides what Oracle Linux does not have.
# usage: name-release.sh VERSION
set -eu

version=$1
major=${version%%.*}

rm -f /etc/os-release
cat >/etc/os-release <<RELEASE
NAME="Oracle Linux Server"
VERSION="$version"
ID="ol"
ID_LIKE="fedora"
VARIANT="Server"
VARIANT_ID="server"
VERSION_ID="$version"
PLATFORM_ID="platform:el$major"
PRETTY_NAME="Oracle Linux Server $version"
ANSI_COLOR="0;31"
CPE_NAME="cpe:/o:oracle:linux:${version%.*}:${version#*.}:server"
ORACLE_BUGZILLA_PRODUCT="Oracle Linux $major"
ORACLE_BUGZILLA_PRODUCT_VERSION=$version
RELEASE
echo "Oracle Linux Server release $version" >/etc/oracle-release
echo "Red Hat Enterprise Linux release $version" >/etc/redhat-release
rm -f /etc/debian_version

mkdir -p /etc/yum.repos.d /etc/dnf/vars /var/cache/dnf /var/lib/dnf
echo "$major" >/etc/dnf/vars/releasever
# Debian's dnf brings a plugin that keeps what it installs in a repository of its own.
rm -f /etc/dnf/plugins/local.conf
# The repositories that a new machine has; more come by release packages.
enable_repository() { # enable_repository NAME 0|1
  cat <<REPOSITORY
[$1]
name=Oracle Linux $major $1 (simulated)
baseurl=file:///var/lib/simulated-repositories/$1
gpgcheck=0
enabled=$2

REPOSITORY
}
{
  if [ "$major" = 7 ]; then
    enable_repository ol7_latest 1
  else
    enable_repository "ol${major}_baseos_latest" 1
    enable_repository "ol${major}_appstream" 1
  fi
  enable_repository "ol${major}_addons" 0
} >"/etc/yum.repos.d/oracle-linux-ol$major.repo"

# Oracle Linux 7 knows yum alone; later ones call dnf by both names.
if [ "$major" = 7 ]; then
  mkdir -p /usr/libexec/simulated-yum
  mv /usr/bin/dnf* /usr/libexec/simulated-yum/
  printf '#!/bin/sh\nexec /usr/libexec/simulated-yum/dnf "$@"\n' >/usr/bin/yum
  chmod +x /usr/bin/yum
else
  ln -sf dnf /usr/bin/yum
fi

rm -rf /root/.rpmdb
rpm --initdb

# A script that looks for Debian's package manager must not find one.
mkdir -p /usr/libexec/debian
mv /usr/bin/apt* /usr/bin/dpkg* /usr/libexec/debian/
systemctl mask dpkg-db-backup.timer
groupadd --force --system wheel
