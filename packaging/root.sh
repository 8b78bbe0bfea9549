#!/bin/sh
# Makes the root directory of the image: a program and the libraries that it is linked to, with their links.
#
#     packaging/root.sh PROGRAM DIRECTORY

set -eu

program=$1 root=$2
mkdir -p "$root/usr/bin" "$root/etc/selfconnectd"
cp "$program" "$root/usr/bin/selfconnectd"
cp "$(dirname "$0")/selfconnectd.yaml" "$root/etc/selfconnectd/"
# Names of users, for the owners of sockets; those of the host are not those of the image.
printf 'root:x:0:0:root:/:/\nnobody:x:65534:65534:nobody:/:/\n' >"$root/etc/passwd"
ldd "$program" | awk '$2 == "=>" { print $3 } $1 ~ /^\// { print $1 }' | while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp --dereference "$library" "$root$library"
done
