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
mount -t overlay -o xino=on,lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work overlay /root
for folder in proc sys dev; do mount --move "/$folder" "/root/$folder"; done
mount -t tmpfs run /root/run
mkdir -p /root/dev/pts /root/dev/shm /root/usr/lib/modules
mount -t devpts devpts /root/dev/pts
mount -t tmpfs shm /root/dev/shm
mount -t cgroup2 cgroup2 /root/sys/fs/cgroup
# The modules that belong to the kernel: modprobe finds them by itself, and the kernel by modprobe.
mount --bind "/root$MODULES" /root/usr/lib/modules
cp /settings /root/run/settings
hostname guest
ip link set lo up
exec switch_root /root /bin/bash "$PROJECT/Tests/Kernels/inside.sh"
