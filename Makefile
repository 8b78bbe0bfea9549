# selfconnectd: `make run` and `make test` each do all that is needed on a fresh Debian machine with a Swift toolchain.

SWIFT ?= swift
SCRATCH ?= .build
CONFIG ?= config/selfconnectd.yaml

# What the program is built with, and what its tests use besides.
BUILD_PACKAGES = libsystemd-dev libyaml-dev pkg-config zlib1g-dev
TEST_PACKAGES = curl iproute2 nftables procps prometheus systemd python3 python3-venv util-linux
KERNEL_PACKAGES = busybox-static cpio kmod qemu-system-x86 xz-utils zstd
LINT_PACKAGES = mandoc shellcheck
FAULT_PACKAGES = iproute2 python3 strace util-linux

# The program as it is installed: optimized, with the Swift runtime inside. lld packs relative relocations as glibc has
# read them since 2.36 (a megabyte less), exports nothing (half a megabyte less), and lays those functions of the runtime
# side by side that the daemon calls in service (1.5 megabytes of memory less; packaging/order.sh). No library is looked
# for beside the program.
RELEASE = -c release --scratch-path "$(SCRATCH)" --static-swift-stdlib --disable-local-rpath \
	-Xswiftc -use-ld=lld -Xlinker -z -Xlinker pack-relative-relocs -Xlinker -z -Xlinker now \
	-Xlinker --no-export-dynamic \
	-Xlinker --symbol-ordering-file="$(CURDIR)/packaging/runtime.order" -Xlinker --no-warn-symbol-ordering
PROGRAM = $(SCRATCH)/release/selfconnectd
COMPLETIONS = $(SCRATCH)/completions

.PHONY: help
help:
	@echo 'make run     install what is missing, build, and run the daemon with $(CONFIG)'
	@echo 'make test    install what is missing, build, and run every test'
	@echo 'make test-kernels    run the tests of the kernel under the kernels of Debian, in QEMU; KERNELS=bookworm: one'
	@echo 'make build   the optimized program'
	@echo 'make install, make uninstall    as root, after make build: PREFIX=$(PREFIX), DESTDIR=$(DESTDIR)'
	@echo 'make deb     a Debian package; make test-deb: the same, and tries it under systemd (as root)'
	@echo 'make check   lint, import arrows, libraries of the program'
	@echo 'make bench   measure against the same in C'
	@echo 'make fuzz    search for input that breaks a rule'
	@echo 'make sanitize    tests under AddressSanitizer'
	@echo 'make faults  let system calls and files of the kernel fail under the daemon; FAULTS=short: in three minutes'
	@echo 'make hostile a hostile user, and an observer of the daemon, for DURATION seconds (300); as root'
	@echo 'make format  write the sources in their style'
	@echo 'make clean   remove what was built'

.PHONY: run
run: build-packages build
	exec "$(PROGRAM)" run --config "$(CONFIG)"

.PHONY: test
test: test-packages
	$(SWIFT) build --build-tests
	SWIFT="$(SWIFT)" Tests/run.sh

# The suites whose kernels to try; all that Tests/kernels.sh knows if it is empty.
KERNELS ?=

.PHONY: test-kernels
test-kernels: test-packages
	$(call install,$(KERNEL_PACKAGES))
	$(SWIFT) build --build-tests
	Tests/kernels.sh $(KERNELS)

# Not of a repository that the sources were unpacked into.
REVISION = $(shell [ ! -e .git ] || git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null)

.PHONY: build
build:
	SELFCONNECTD_REVISION="$(REVISION)" $(SWIFT) build $(RELEASE) --product selfconnectd
	@mkdir -p "$(COMPLETIONS)"
	@for shell in bash zsh fish; do \
		"$(PROGRAM)" --generate-completion-script $$shell >"$(COMPLETIONS)/selfconnectd.$$shell" || exit 1; done
	@sed -i '1{/^#!/d}' "$(COMPLETIONS)/selfconnectd.bash" # a file that is sourced has no interpreter

# Installs what is missing, and asks for a password only if something is. A server that comes with a package for its
# tools (prometheus has promtool) is not started.
define install
	@missing=$$(for package in $(1); do \
		dpkg-query --show --showformat='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' \
		|| echo $$package; done); \
	if [ -n "$$missing" ]; then \
		if [ "$$(id -u)" -eq 0 ]; then as_root=; else as_root=sudo; fi; \
		$$as_root apt-get update -q && \
		$$as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
			apt-get install -q -y --no-install-recommends $$missing; \
	fi
endef

.PHONY: build-packages
build-packages:
	$(call install,$(BUILD_PACKAGES))

.PHONY: test-packages
test-packages:
	$(call install,$(BUILD_PACKAGES) $(TEST_PACKAGES))

include packaging/install.mk

.PHONY: lint-packages
lint-packages:
	$(call install,$(LINT_PACKAGES))

.PHONY: check
check: lint imports libraries

.PHONY: lint
lint: lint-packages
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests
	shellcheck .ci/run $$(git ls-files '*.sh')
	mandoc -T lint -W warning man/*

# The layers of docs/architecture.md: a target imports only what Package.swift says it may.
.PHONY: imports
imports:
	$(SWIFT) build --explicit-target-dependency-import-check error

# Full Foundation would bring 40 MB and ICU: only FoundationEssentials is linked.
.PHONY: libraries
libraries: build
	@! readelf --dynamic "$(PROGRAM)" | grep -E 'NEEDED.*(libFoundation\.|ICU|Internationalization)' \
		|| { echo 'the program links full Foundation' >&2; exit 1; }
	@! nm "$(PROGRAM)" | grep -q ' [Tt] $$s10Foundation[0-9]' \
		|| { echo 'the program has full Foundation inside' >&2; exit 1; }
	@echo 'full Foundation is not linked'

.PHONY: bench
bench:
	Benchmarks/run.sh

# libFuzzer on what reads requests and the kernel's answers, so many seconds for each target.
FUZZ_SECONDS ?= 60

.PHONY: fuzz
fuzz:
	Fuzzing/run.sh "$(SWIFT)" $(FUZZ_SECONDS)

# The tests under AddressSanitizer and LeakSanitizer, some ten minutes. Not those that measure memory or start, nor those
# under a service manager, which takes the sanitizer's own words for the program's.
.PHONY: sanitize
sanitize: test-packages
	$(SWIFT) build --build-tests --sanitize=address --scratch-path .build-asan
	$(SWIFT) test --skip-build --sanitize=address --scratch-path .build-asan --disable-xctest \
		--skip '(Time|Service|SocketActivation)Tests'

# Each system call of the daemon fails with each error that it may meet, and files of the kernel are not what they should
# be: `short` in some three minutes, `long` in some twenty.
FAULTS ?= long

.PHONY: faults
faults: build-packages build
	$(call install,$(FAULT_PACKAGES))
	Tests/faults.sh "$(PROGRAM)" $(FAULTS)

DURATION ?= 300

.PHONY: hostile
hostile: build-packages build
	$(call install,$(FAULT_PACKAGES))
	Tests/hostile.sh "$(PROGRAM)" $(DURATION)

.PHONY: format
format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

.PHONY: clean
clean:
	rm -rf .build .build-*
