#!/bin/busybox sh
# shellcheck shell=dash
# The first program of a guest of Tests/kernels.sh: mounts the files of the host under a layer of memory, and hands over
# to inside.sh there. Should a line fail, the machine is ended.
set -e
trap 'poweroff -f' EXIT
/bin/busybox --install -s /bin
export PATH=/bin
# shellcheck disable=SC1091 # written by the host
. /settings
PATH=/bin

mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in /modules/*; do insmod "$module"; done
mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,ro host /host
mount -t tmpfs -o size=75% layer /layer
mkdir /layer/upper /layer/work
mount -t overlay -o xino=on,lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work overlay /system
# Beneath them is nothing, as on other machines: the host's own would be there, with processes that are not the guest's.
for folder in proc sys dev; do
    mount -t tmpfs none "/system/$folder"
    mount --move "/$folder" "/system/$folder"
done
mount -t tmpfs run /system/run
mkdir -p /system/dev/pts /system/dev/shm /system/usr/lib/modules
ln -s /proc/self/fd /system/dev/fd
ln -s /proc/self/fd/0 /system/dev/stdin
ln -s /proc/self/fd/1 /system/dev/stdout
ln -s /proc/self/fd/2 /system/dev/stderr
mount -t devpts devpts /system/dev/pts
mount -t tmpfs shm /system/dev/shm
mount -t cgroup2 cgroup2 /system/sys/fs/cgroup
# The modules that belong to the kernel: modprobe finds them by itself, and the kernel by modprobe.
mount --bind "/system$MODULES" /system/usr/lib/modules
cp /settings /system/run/settings
# The name that /etc/hosts has: without a network another one would be looked up for long.
hostname localhost
ip link set lo up
exec switch_root /system /bin/bash "$PROJECT/Tests/Kernels/inside.sh"
