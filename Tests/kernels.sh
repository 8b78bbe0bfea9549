#!/usr/bin/env bash
# Runs the tests of the kernel's behaviour under other kernels: boots those of Debian's releases in QEMU, with the files
# of this machine shared in, and runs the test bundle that `swift build --build-tests` has built: LinuxTests, ProbingTests,
# and of SystemTests what depends on the kernel. Not among them are TimeTests, which measure the machine and would measure
# the emulation, and tests of documents, shells, terminals and Prometheus. Tests under a service manager skip themselves, as
# do those that need what a kernel does not have; the skipped tests are listed with their reasons.
#
#   Tests/kernels.sh [SUITE...]
#
# SUITE is a suite of the Debian archive: bullseye (5.10), bookworm (6.1), trixie (6.12), trixie-backports (the newest);
# all four by default. apt downloads their kernels from the mirror that it is configured with, but with lists and caches
# of its own under .build/kernels. The guest has no network card, and writes to memory only (Tests/Kernels/init.sh).
#
# One line of summary per kernel, a log in .build/kernels/SUITE.log. The exit status is the highest of
#   0  all tests passed
#   1  tests failed
#   2  usage, or a program or the test bundle is missing
#   3  the tests were not done in time
#   4  the machine did not boot, or ended before the tests
#   5  the kernel could not be downloaded
#
# Environment:
#   ACCEL=tcg,thread=single  software emulation; kvm where /dev/kvm works. All processors of the guest share one thread of
#                    the host: with one each, a processor may run a translation of code that another one has patched since.
#                    On 6.1 it then trapped for ever in ip_local_deliver, whose hooks are patched in and out when the first
#                    table of a packet filter comes and the last one goes; 7.3 died of it (int3).
#   CPUS=2           processors of the guest
#   MEMORY=3072      its memory in MiB
#   BOOT_LIMIT=300   seconds until it has to be up
#   LIMIT=2400       seconds that the tests may take then
#   FILTER, SKIP     regular expressions: other tests than those below
#   COMMAND          a shell command in place of the tests, such as 'Tests/soak.sh "$SELFCONNECTD_BINARY" 1m'
#   SELFCONNECTD_BINARY=.build/debug/selfconnectd  the program; an optimized one saves much of the time
#   SELFCONNECTD_TEST_SCALE  share of their repetitions that long tests make: 1 with kvm, else 0.1
set -euo pipefail
cd "$(dirname "$0")/.."

suites=("$@")
[ $# -gt 0 ] || suites=(bullseye bookworm trixie trixie-backports)
accelerator=${ACCEL:-tcg,thread=single}
filter=${FILTER:-'^(LinuxTests|ProbingTests|SystemTests)\.'}
others='Alert|Completion|Configuration|ConsoleBlock|Dashboard|Gzip|HostileClient|Interrupt|ManualPage|Monitoring|Page|'
others+='PluginDefinition|Prometheus|TargetCompletion|Terminal|Usage'
skip=${SKIP-"^SystemTests\.(TimeTests|($others)Tests)/"}
command=${COMMAND:-}
if [ "$accelerator" = kvm ]; then scale=1; else scale=0.1; fi
scale=${SELFCONNECTD_TEST_SCALE:-$scale}
cache=$PWD/.build/kernels
# What is run is a copy, so that the next build does not change it under a guest.
bundle=$cache/built/selfconnectdPackageTests.xctest

usage() {
    printf '%s: %s\n' "$0" "$1" >&2
    exit 2
}

for program in apt-get busybox cpio depmod dpkg-deb flock qemu-system-x86_64 setpriv xz zstd; do
    command -v "$program" >/dev/null || usage "$program is missing: make test-kernels installs it"
done
[ -x ".build/debug/$(basename "$bundle")" ] || usage "the test bundle is missing: swift build --build-tests"
[ "$(uname -m)" = x86_64 ] || usage "only the kernels of amd64 are known here"

work=$(mktemp -d)
machine=
# shellcheck disable=SC2317 # called by the trap
clean_up() {
    if [ -n "$machine" ]; then
        kill -KILL "$machine" 2>/dev/null || true
        wait "$machine" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# --- Kernels

# apt for one suite: nothing of the host's but its proxies and keys.
private_apt() { # SUITE PROGRAM ARGUMENT...
    local home=$cache/$1/apt program=$2
    shift 2
    "$program" -qq -o Dir::Etc::SourceList="$home/sources.list" -o Dir::Etc::SourceParts=/dev/null \
        -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null -o APT::Default-Release= \
        -o Dir::State::Lists="$home/lists" -o Dir::State::Status=/dev/null -o Dir::Cache="$home/cache" \
        -o APT::Sandbox::User="$(id -un)" -o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

# Where this machine gets the packages from whose origin has this label; nothing if it gets none.
mirror() { # LABEL
    # shellcheck disable=SC2016 # apt fills these in
    apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' | sed -n "s/^$1 //p" | head -n 1
}

# Downloads a suite's kernel and unpacks it: its modules are in lib/modules then. Since 7.x it comes in several packages.
prepare() { # SUITE
    local suite=$1 home=$cache/$1 key=/usr/share/keyrings/debian-archive-keyring.gpg archive security names file
    [ ! -e "$home/ready" ] || return 0
    rm -rf "$home"
    mkdir -p "$home/apt/lists/partial" "$home/apt/cache/archives/partial" "$home/packages"
    archive=$(mirror Debian)
    security=$(mirror Debian-Security)
    [ -n "$archive" ] || { echo 'apt knows no mirror of Debian: apt-get update' >&2 && return 1; }
    echo "deb [signed-by=$key] $archive $suite main" >"$home/apt/sources.list"
    if [ -n "$security" ] && [[ $suite != *-* ]]; then
        echo "deb [signed-by=$key] $security $suite-security main" >>"$home/apt/sources.list"
    fi
    private_apt "$suite" apt-get update || return 1
    names=$(private_apt "$suite" apt-cache depends --recurse --important linux-image-amd64 |
        grep -E '^linux-(base|binary|image|modules)-[0-9]' | sort -u) || return 1
    # shellcheck disable=SC2086 # several names
    (cd "$home/packages" && private_apt "$suite" apt-get download $names) || return 1
    for file in "$home"/packages/*.deb; do dpkg-deb --extract "$file" "$home" || return 1; done
    rm -r "$home/packages" "$home/apt"
    [ -d "$home/lib/modules" ] || mv "$home/usr/lib" "$home/lib"
    depmod --basedir "$home" "$(release "$suite")" || return 1
    touch "$home/ready"
}

release() { ls "$cache/$1/lib/modules"; }

# The guest's first file system: what it takes to reach the host's files.
initial_files() { # SUITE
    local home=$cache/$1 tree=$work/tree number=100 line file
    rm -rf "$tree"
    mkdir -p "$tree"/{bin,dev,host,layer,modules,proc,system,sys}
    cp "$(command -v busybox)" "$tree/bin/"
    cp Tests/Kernels/init.sh "$tree/init"
    printf '%s=%q\n' MODULES "$home/lib/modules" PROJECT "$PWD" BUNDLE "$bundle" FILTER "$filter" SKIP "$skip" \
        COMMAND "$command" SELFCONNECTD_BINARY "$cache/built/selfconnectd" \
        PATH "$PATH" SELFCONNECTD_TEST_SCALE "$scale" LIMIT "${LIMIT:-2400}" >"$tree/settings"
    # A module comes behind those that it needs; one that is built in has no file.
    while read -r line; do
        [[ $line == insmod\ * ]] || continue
        file=${line#insmod } file=${file%% }
        number=$((number + 1))
        case $file in
        *.xz) xz -dc "$file" ;;
        *.zst) zstd -qdc "$file" ;;
        *) cat "$file" ;;
        esac >"$tree/modules/$number-$(basename "${file%%.ko*}").ko"
    done < <(modprobe --dirname "$home" --set-version "$(release "$1")" --show-depends --all \
        virtio_pci 9pnet_virtio 9p overlay | awk '!seen[$0]++')
    (cd "$tree" && find . | cpio --quiet --create --format newc --owner 0:0 >"$work/initrd")
}

# --- Machine

boot() { # SUITE
    local kernel
    kernel=$(find "$cache/$1" -name 'vmlinuz*' -print -quit)
    : >"$work/console"
    : >"$work/output"
    # no_timer_check: on a busy machine the emulated timer is late, and the kernel would panic because it took it for broken.
    # QEMU must not outlive this script, however that ends.
    setpriv --pdeathsig KILL qemu-system-x86_64 -accel "$accelerator" \
        -cpu "${CPU:-max}" -smp "${CPUS:-2}" -m "${MEMORY:-3072}" \
        -nodefaults -no-reboot -display none -kernel "$kernel" -initrd "$work/initrd" \
        -append 'console=ttyS0 loglevel=4 panic=-1 oops=panic mitigations=off tsc=reliable random.trust_cpu=on thash_entries=2048 no_timer_check' \
        -serial "file:$work/console" -serial "file:$work/output" \
        -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
        </dev/null >>"$work/console" 2>&1 &
    machine=$!
}

# Waits for a line of the guest's. 1: the machine has ended without it; 2: it is late, and has been ended.
await() { # PATTERN SECONDS
    local end=$((SECONDS + $2))
    until grep -q "$1" "$work/output"; do
        if ! kill -0 "$machine" 2>/dev/null; then
            grep -q "$1" "$work/output" || return 1
            return 0
        fi
        if [ "$SECONDS" -ge "$end" ]; then
            kill -KILL "$machine" 2>/dev/null || true
            return 2
        fi
        sleep 1
    done
}

# --- Results

highest=0
verdict() { # STATUS LINE
    summary+=("$2")
    [ "$1" -le "$highest" ] || highest=$1
}

run() { # SUITE
    local suite=$1 log=$cache/$1.log begin status=0 name words
    echo "$suite: preparing its kernel"
    if ! prepare "$suite"; then
        verdict 5 "$suite: NO KERNEL: it could not be downloaded"
        return
    fi
    name="$suite ($(release "$suite"))"
    initial_files "$suite"
    boot "$suite"
    await '^@begin' "${BOOT_LIMIT:-300}" || status=$?
    if [ "$status" -ne 0 ]; then
        tail -n 30 "$work/console"
        cp "$work/console" "$log"
        verdict 4 "$name: DID NOT BOOT: $([ "$status" -eq 1 ] && echo 'it ended' || echo "not in ${BOOT_LIMIT:-300} s")"
        return
    fi
    echo "$name: up after $(sed -n 's/^@begin //p' "$work/output") s, tests run"
    begin=$SECONDS
    await '^@end' "${LIMIT:-2400}" || status=$?
    wait "$machine" 2>/dev/null || true
    machine=
    cat "$work/console" "$work/output" >"$log"
    words=$(sed -n 's/^. Test run with \(.*\) after .*/\1/p' "$work/output" | tail -n 1)
    words="${command:-${words:-no summary}} in $((SECONDS - begin)) s, $(grep -c '^➜ Test ' "$work/output" || true) skipped"
    sed -n 's/^➜ /  /p' "$work/output"
    if [ "$status" -eq 2 ]; then
        issues
        unfinished
        verdict 3 "$name: TIME-OUT: tests not done in ${LIMIT:-2400} s; $log"
    elif [ "$status" -ne 0 ]; then
        unfinished
        tail -n 30 "$work/console"
        verdict 4 "$name: CRASHED: the machine ended before the tests; $log"
    elif [ "$(sed -n 's/^@end //p' "$work/output")" != 0 ] || { [ -z "$command" ] && [[ $words != *passed* ]]; }; then
        issues
        verdict 1 "$name: FAILED: $words; $log"
    else
        verdict 0 "$name: passed: $words"
    fi
}

# What failed so far, and how; without that, the last lines.
issues() {
    awk '/^✘ .* recorded an issue/ { on = 1; found = 1; print; next } on && /^[±↳]/ { print; next } { on = 0 }
        END { exit !found }' "$work/output" | cut -c -1000 || tail -n 40 "$work/output"
}

# Tests that have begun and not ended, without the cases of a test: their ends are not printed. Then, if the guest was
# late, where its threads were.
unfinished() {
    sed -nE 's/^. ((Test|Suite) .*) (started|passed|failed|skipped).*/\1/p' "$work/output" |
        sed -E '/^Test (case |run$|run with )/d; s/ with [0-9]+ test cases$//' | sort | uniq -u | sed 's/^/  unfinished: /'
    sed -n '/^@late/,/^@end/p' "$work/output" | tail -n 200
    sed -nE '/soft lockup|self-detected stall|RIP: /p' "$work/console" | head -n 5
}

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
mkdir -p "$cache/built"
cp -f ".build/debug/$(basename "$bundle")" "$cache/built/"
cp -f "${SELFCONNECTD_BINARY:-.build/debug/selfconnectd}" "$cache/built/selfconnectd"
summary=()
for suite in "${suites[@]}"; do run "$suite"; done
printf '\nKernels:\n'
printf '%s\n' "${summary[@]}"
exit "$highest"
