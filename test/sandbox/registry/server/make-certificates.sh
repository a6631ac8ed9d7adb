#!/bin/bash
# Makes the sandbox's own authority and one certificate for all names that it stands in for, unless they are there.
# usage: make-certificates.sh FOLDER NAME...
set -euo pipefail

folder=$1
shift
if [ -s "$folder/server.crt" ]; then exit 0; fi
mkdir -p "$folder"
names=$(printf 'DNS:%s,' "$@")
openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj '/CN=Simulated network authority' \
  -keyout "$folder/authority.key" -out "$folder/authority.crt" 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$folder/server.key" -out "$folder/server.csr" 2>/dev/null
openssl x509 -req -in "$folder/server.csr" -CA "$folder/authority.crt" -CAkey "$folder/authority.key" -CAcreateserial \
  -days 3650 -extfile <(printf 'subjectAltName=%s\n' "${names%,}") -out "$folder/server.crt.new" 2>/dev/null
mv "$folder/server.crt.new" "$folder/server.crt"
