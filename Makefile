# selfconnectd: `make run` and `make test` each do all that is needed on a fresh Debian machine with a Swift toolchain.

SWIFT ?= swift
CONFIG ?= config/selfconnectd.yaml

# What the program is built with, and what its tests use besides.
BUILD_PACKAGES = libsystemd-dev libyaml-dev pkg-config
TEST_PACKAGES = curl iproute2 nftables procps prometheus

# The program as it is installed: optimized, with the Swift runtime inside.
RELEASE = -c release --static-swift-stdlib
PROGRAM = $(shell $(SWIFT) build $(RELEASE) --show-bin-path)/selfconnectd

.PHONY: help
help:
	@echo 'make run     install what is missing, build, and run the daemon with $(CONFIG)'
	@echo 'make test    install what is missing, build, and run every test'
	@echo 'make build   the optimized program'
	@echo 'make check   lint, import arrows, libraries of the program'
	@echo 'make bench   measure against the same in C'
	@echo 'make format  write the sources in their style'
	@echo 'make clean   remove what was built'

.PHONY: run
run: build-packages build
	exec "$(PROGRAM)" run --config "$(CONFIG)"

.PHONY: test
test: test-packages
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

.PHONY: build
build:
	$(SWIFT) build $(RELEASE) --product selfconnectd

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

.PHONY: check
check: lint imports libraries

.PHONY: lint
lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

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

.PHONY: format
format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

.PHONY: clean
clean:
	rm -rf .build .build-*
