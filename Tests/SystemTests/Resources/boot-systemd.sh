#!/bin/bash
# Runs a script as a service of a real systemd, in namespaces that end with it.
#
#   boot-systemd.sh SECONDS SCRIPT [FILE:DESTINATION]...
#
# The files are copied to where the script wants them; a program brings the libraries that it needs. Prints what the
# script writes, and ends with its status: 77 and the reason where no systemd can be booted here, 124 after SECONDS.
#
# The root is an overlay: the host's or the tree ROOT, read-only, below a tmpfs. Of its units only targets, slices and
# the journal are there. Process 1 runs the script as harness.service and exits with it; when process 1 is gone, so is
# all that it started. Nothing of the host's kernel is set but what belongs to the private network namespace.

set -euo pipefail

skip() { echo "skipped: $*"; exit 77; }

# Outside: a private mount namespace, a cgroup, and a bound on the time.

outside() {
    [ "$(id -u)" = 0 ] || skip "needs root"
    for tool in unshare pivot_root setpriv; do
        [ -n "$(command -v $tool)" ] || skip "needs $tool"
    done
    [ -x /usr/lib/systemd/systemd ] || skip "needs systemd"
    [ "${1:-}" = private ] || exec unshare --mount --propagation private bash "$0" private "$@"
    shift
    limit=$1; shift
    work=$(mktemp -d)
    group=$work/cgroups/selfconnectd-test-$$
    trap clean_up EXIT
    mkdir "$work"/{cgroups,shared,layers,root}
    mount -t cgroup2 none "$work/cgroups" || skip "needs cgroup2"
    mkdir "$group" || skip "needs a cgroup of its own"
    local status=0
    timeout --kill-after 5 "$limit" \
        unshare --pid --fork --kill-child --mount --net --uts --ipc \
        bash "$0" build "$work" "$group" "$@" >"$work/boot.log" 2>&1 </dev/null || status=$?
    cat "$work/shared/output" 2>/dev/null || cat "$work/boot.log"
    exit $status
}

clean_up() {
    echo 1 2>/dev/null >"$group/cgroup.kill" || true
    for _ in {1..50}; do
        find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
        [ -d "$group" ] || break
        sleep 0.1
    done
    umount "$work/cgroups" || true
    rm -rf --one-file-system "$work"
}

# Process 1 of the new namespaces, before it becomes systemd.

build() {
    work=$1 group=$2 script=$3 root=$1/root; shift 3
    echo 0 >"$group/cgroup.procs"
    mount -t tmpfs none "$work/layers"
    mkdir "$work"/layers/{upper,work}
    mount -t overlay -o "lowerdir=${ROOT:-/},upperdir=$work/layers/upper,workdir=$work/layers/work" none "$root" ||
        skip "needs overlayfs"
    file_systems
    units
    for pair in "$@"; do install_file "${pair%%:*}" "${pair#*:}"; done
    install -m 755 "$script" "$work/shared/script"
    mount --bind "$work/shared" "$root/mnt"
    cd "$root"
    # In a cgroup namespace of its own the group is the root, and looks like a machine's.
    exec unshare --cgroup bash -ec '
        mount -t cgroup2 none sys/fs/cgroup
        pivot_root . .
        umount -l .
        mount --make-rshared /
        exec setpriv --bounding-set -sys_time,-sys_module,-sys_rawio,-syslog env -i container=selfconnectd \
            PATH=/usr/sbin:/usr/bin:/sbin:/bin /usr/lib/systemd/systemd --show-status=no --unit=harness.target'
}

# systemd mounts the others itself.
file_systems() {
    mount -t proc none "$root/proc"
    mount --bind "$root/proc/sys" "$root/proc/sys"
    mount --bind "$root/proc/sys/net" "$root/proc/sys/net"
    mount -o remount,bind,ro "$root/proc/sys"
    mount -t sysfs -o ro none "$root/sys"
    mount -t tmpfs -o mode=755 none "$root/dev"
    for device in null zero full random urandom tty; do
        : >"$root/dev/$device"
        mount --bind "/dev/$device" "$root/dev/$device"
    done
    ln -s /proc/self/fd "$root/dev/fd"
    ln -s pts/ptmx "$root/dev/ptmx"
}

units() {
    local vendor=${ROOT:-}/usr/lib/systemd/system etc=$root/etc/systemd/system
    rm -rf "$root"/{etc,usr/lib}/systemd/system{,-generators} "$root/etc/fstab" "$root/var/log/journal"
    mkdir -p "$etc"
    cp -a "$vendor"/*.target "$vendor"/*.slice "$vendor"/systemd-{exit.service,journald.service,journald*.socket} "$etc"
    tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
    cat >"$etc/harness.service" <<-UNIT
		[Unit]
		Requires=systemd-journald.service
		After=systemd-journald.service
		SuccessAction=exit
		FailureAction=exit
		[Service]
		Type=oneshot
		ExecStart=/mnt/script
		StandardOutput=file:/mnt/output
		StandardError=inherit
	UNIT
    printf '[Unit]\nRequires=harness.service\n' >"$etc/harness.target"
}

# install_file FILE DESTINATION
install_file() {
    install -D --mode "$(stat -c %a "$1")" "$1" "$root$2"
    ldd "$1" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
        [ -e "$root$library" ] || install -D "$library" "$root$library"
    done || true
}

case $1 in
    build) "$@" ;;
    *) outside "$@" ;;
esac
