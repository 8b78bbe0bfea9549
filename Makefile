# selfconnectd: `make run` and `make test` work on a fresh Debian machine with a Swift toolchain.

SWIFT ?= swift
SCRATCH ?= .build
CONFIG ?= config/selfconnectd.yaml

# Debian packages that the build, the tests and the checks need.
BUILD_PACKAGES = libsystemd-dev libyaml-dev pkg-config zlib1g-dev
TEST_PACKAGES = curl fish iproute2 nftables procps prometheus systemd python3 python3-venv util-linux zsh
KERNEL_PACKAGES = busybox-static cpio kmod qemu-system-x86 xz-utils zstd
LINT_PACKAGES = codespell jsonnet mandoc prometheus shellcheck
TLS_PACKAGES = iproute2 nginx-light openssl prometheus stunnel4 util-linux
ANSIBLE_PACKAGES = ansible-core ansible-lint python3-apt
PLUGIN_PACKAGES = curl icinga2-bin icinga2-common iproute2 nagios4-core python3 util-linux
KUBERNETES_PACKAGES = python3 python3-venv
CONTAINER_PACKAGES = buildah busybox-static curl iproute2 podman procps python3 runc util-linux
PAGE_PACKAGES = chromium iproute2 python3 python3-venv util-linux
FAULT_PACKAGES = iproute2 python3 strace util-linux
BENCH_PACKAGES = curl iproute2 jq nginx-light procps prometheus-blackbox-exporter prometheus-node-exporter util-linux wrk
SOAK_PACKAGES = iproute2 nftables python3 util-linux
CHURN_PACKAGES = iproute2 python3 util-linux

# The installed program: optimized, with a static Swift runtime, exporting no symbols (saves 0.5 MB) and without a local
# rpath.
FLAGS = -c release --static-swift-stdlib --disable-local-rpath \
	-Xswiftc -use-ld=lld -Xlinker -z -Xlinker now -Xlinker --no-export-dynamic
RELEASE = $(FLAGS) --scratch-path "$(SCRATCH)"
PROGRAM = $(SCRATCH)/release/selfconnectd
COMPLETIONS = $(SCRATCH)/completions

.PHONY: help
help:
	@echo 'make run     install missing packages, build, and run the daemon with $(CONFIG)'
	@echo 'make test    install missing packages, build, and run all tests'
	@echo 'make test-kernels    run the tests that depend on the kernel on those of Debian in QEMU; KERNELS=bookworm: only one'
	@echo 'make test-tls    run the TLS recipes of docs/fleet.md with nginx and stunnel, as root'
	@echo 'make test-ansible    lint the Ansible role, and run it with the package under systemd, as root'
	@echo 'make test-plugins    let Nagios 4 and Icinga 2 run selfconnectd check, as root'
	@echo 'make test-kubernetes    check the manifests against the schemas of Kubernetes'
	@echo 'make test-containers    run the container image and watch a container with podman, as root'
	@echo 'make test-page   run the pages in Chromium, with the rules of axe-core; pictures are in PICTURES'
	@echo 'make build   build the optimized program; make test-release: also test what its static linking may change'
	@echo 'make install, make uninstall    as root, after make build: PREFIX=$(PREFIX), DESTDIR=$(DESTDIR)'
	@echo 'make deb     build a Debian package; make test-deb: also test it under systemd (as root)'
	@echo 'make dist    make the source release, which builds without a network; make test-dist: also build and test it so'
	@echo 'make rpm     build an RPM package; make release: check that everything is ready for a release, and make it'
	@echo 'make check   check format, spelling, words, imports between layers, linked libraries'
	@echo 'make lint    the part of make check that needs no build'
	@echo 'make bench   compare with programs in C, ss, nginx and exporters, half an hour, in one table; as root'
	@echo 'make fuzz    search for input that violates an invariant'
	@echo 'make mutate  change one operator of the pure rules at a time, and print what no test notices'
	@echo 'make sanitize    run the tests under AddressSanitizer and UndefinedBehaviorSanitizer'
	@echo 'make faults  let system calls and kernel files fail under the daemon; FAULTS=short: in three minutes'
	@echo 'make hostile run a hostile local user and an observer for DURATION seconds (300); as root'
	@echo 'make soak    compare all verdicts with the truth while everything happens to the daemon, for SOAK (10m); as root'
	@echo 'make churn   make and remove network namespaces as fast as possible under the daemon, for CHURN (10m)'
	@echo 'make counts  count the instructions of the hot paths and compare them with Benchmarks/counts.tsv'
	@echo 'make mixin   write the rules and dashboards under config/ from mixin/'
	@echo 'make format  format the sources'
	@echo 'make hooks   install the pre-commit hook'
	@echo 'make clean   remove build products'

.PHONY: run
run: build-packages build
	exec "$(PROGRAM)" run --config "$(CONFIG)"

.PHONY: test
test: test-packages
	$(SWIFT) build --build-tests
	SWIFT="$(SWIFT)" Tests/run.sh

# Debian suites whose kernels are tested; empty: all that Tests/kernels.sh knows.
KERNELS ?=

.PHONY: test-kernels
test-kernels: test-packages
	$(call install,$(KERNEL_PACKAGES))
	$(SWIFT) build --build-tests
	Tests/kernels.sh $(KERNELS)

# Of the repository, or of the commit that a source release was made from; not of another repository around the sources.
REVISION = $(shell if [ -e .git ]; then git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null; \
	else cat REVISION 2>/dev/null; fi)

.PHONY: build
build:
	SELFCONNECTD_REVISION="$(REVISION)" SELFCONNECTD_FLAGS="$(FLAGS)" $(SWIFT) build $(RELEASE) --product selfconnectd
	@mkdir -p "$(COMPLETIONS)"
	@for shell in bash zsh fish; do \
		"$(PROGRAM)" --generate-completion-script $$shell >"$(COMPLETIONS)/selfconnectd.$$shell" || exit 1; done
	@sed -i '1{/^#!/d}' "$(COMPLETIONS)/selfconnectd.bash" # a file that is sourced has no interpreter

# Installs missing packages and names them before; sudo asks for a password only if a package is missing. Waits if another
# process holds apt's lock. Packages that are there are not upgraded. Servers in these packages (prometheus contains
# promtool) are not started.
define install
	@missing=$$(for package in $(1); do \
		dpkg-query --show --showformat='$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' \
		|| echo $$package; done); \
	if [ -n "$$missing" ]; then \
		echo "installing:" $$missing; \
		if [ "$$(id -u)" -eq 0 ]; then as_root=; else as_root=sudo; fi; \
		$$as_root apt-get -o DPkg::Lock::Timeout=600 update -q && \
		$$as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
			apt-get -o DPkg::Lock::Timeout=600 install -q -y --no-install-recommends $$missing; \
	fi
endef

.PHONY: build-packages
build-packages:
	$(call install,$(BUILD_PACKAGES))

.PHONY: test-packages
test-packages:
	$(call install,$(BUILD_PACKAGES) $(TEST_PACKAGES))

# The TLS recipes of docs/fleet.md, with nginx, stunnel and Prometheus; as root.
.PHONY: test-tls
test-tls: build
	$(call install,$(TLS_PACKAGES))
	Tests/tls.sh "$(PROGRAM)"

# The definitions for Nagios and Icinga under config/, with Nagios 4 and Icinga 2; as root.
.PHONY: test-plugins
test-plugins: build
	$(call install,$(PLUGIN_PACKAGES))
	Tests/plugins.sh "$(PROGRAM)"

# The Ansible role, with the package under a real systemd; as root. Status 77 means that it cannot be run on this host; the
# reason is printed.
.PHONY: test-ansible
test-ansible: deb
	$(call install,$(ANSIBLE_PACKAGES))
	Tests/ansible.sh "$(DEB_DIR)"/selfconnectd_*.deb || [ $$? -eq 77 ]

# The manifests for Kubernetes.
.PHONY: test-kubernetes
test-kubernetes:
	$(call install,$(KUBERNETES_PACKAGES))
	kubernetes/validate.sh "$(abspath $(SCRATCH))/kubernetes"

# The image, and a container under watch, with podman; as root. Status 77 means that it cannot run one on this host; the reason
# is printed.
.PHONY: test-containers
test-containers: build
	$(call install,$(CONTAINER_PACKAGES))
	Tests/containers.sh "$(PROGRAM)" || [ $$? -eq 77 ]

# The pages in a real browser; the screenshots are in PICTURES.
PICTURES ?= $(SCRATCH)/page/pictures

.PHONY: test-page
test-page: build
	$(call install,$(PAGE_PACKAGES))
	Tests/Browser/run.sh "$(PROGRAM)" "$(SCRATCH)/page" "$(PICTURES)"

include packaging/install.mk

.PHONY: lint-packages
lint-packages:
	$(call install,$(LINT_PACKAGES))

.PHONY: check
check: lint imports libraries

.PHONY: lint
lint: lint-packages
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests
	shellcheck .ci/run packaging/hooks/* $$(git ls-files '*.sh')
	mandoc -T lint -W warning man/*
	git ls-files -z | xargs -0 codespell
	packaging/words.sh
	packaging/properties.sh
	jsonnetfmt --test $$(git ls-files 'mixin/*.libsonnet')
	mixin/build.sh --check
	kubernetes/validate.sh
	promtool check rules config/prometheus-rules.yaml
	promtool check config --syntax-only config/prometheus.yaml

# The rules and dashboards under config/, which are made from mixin/.
.PHONY: mixin
mixin: lint-packages
	mixin/build.sh

# The repository's hooks, for this clone.
.PHONY: hooks
hooks:
	git config core.hooksPath packaging/hooks

# The layers of docs/architecture.md: a target imports only its dependencies in Package.swift.
.PHONY: imports
imports:
	$(SWIFT) build --explicit-target-dependency-import-check error

# Only FoundationEssentials is linked: full Foundation adds 40 MB and ICU.
.PHONY: libraries
libraries: build
	@! readelf --dynamic "$(PROGRAM)" | grep -E 'NEEDED.*(libFoundation\.|ICU|Internationalization)' \
		|| { echo 'the program links full Foundation' >&2; exit 1; }
	@! nm "$(PROGRAM)" | grep -q ' [Tt] $$s10Foundation[0-9]' \
		|| { echo 'the program has full Foundation inside' >&2; exit 1; }
	@echo 'full Foundation is not linked'

# The tests of what differs in the program that is shipped: Swift's runtime is linked statically and reads the environment
# before main().
.PHONY: test-release
test-release: build test-packages
	$(SWIFT) build --build-tests
	SWIFT="$(SWIFT)" SELFCONNECTD_BINARY="$(PROGRAM)" Tests/run.sh --filter '^SystemTests\.CommandLineTests/'

# All comparisons of docs/benchmarks.md, one after another, in about half an hour; on a machine that does nothing else. The
# table of the results is also written to the file TABLE.
TABLE ?=

.PHONY: bench
bench:
	$(call install,$(BUILD_PACKAGES) $(BENCH_PACKAGES))
	SWIFT="$(SWIFT)" Benchmarks/all.sh $(TABLE)

.PHONY: counts
counts: build-packages
	$(call install,valgrind)
	SWIFT="$(SWIFT)" Benchmarks/counts.sh

# libFuzzer on the parsers of requests, responses, netlink messages, the configuration, and texts of the kernel and of the
# command line; FUZZ_SECONDS for each target.
FUZZ_SECONDS ?= 60

.PHONY: fuzz
fuzz:
	Fuzzing/run.sh "$(SWIFT)" $(FUZZ_SECONDS)

# Mutation tests of verdicts, odds, the request parser and the event filter, about an hour: only files whose path contains
# a match of ONLY.
ONLY ?=

.PHONY: mutate
mutate:
	SWIFT="$(SWIFT)" Tests/Mutation/mutate.py $(if $(ONLY),--only '$(ONLY)')

# The tests under AddressSanitizer and LeakSanitizer, about ten minutes. Undefined behaviour in C ends the program; Swift
# traps itself. Excluded are tests that measure memory or the time of a start, and tests under a service manager, which
# would mistake the output of the sanitizer for that of the program.
.PHONY: sanitize
sanitize: test-packages
	$(SWIFT) build --build-tests --sanitize=address --scratch-path .build-asan \
		-Xcc -fsanitize=undefined -Xcc -fsanitize-trap=undefined
	$(SWIFT) test --skip-build --sanitize=address --scratch-path .build-asan --disable-xctest \
		--skip '^SystemTests\.(TimeTests|ServiceTests|SocketActivationTests)/'

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

SOAK ?= 10m

.PHONY: soak
soak: build-packages build
	$(call install,$(SOAK_PACKAGES))
	Tests/soak.sh "$(PROGRAM)" $(SOAK)

CHURN ?= 10m

.PHONY: churn
churn: build-packages build
	$(call install,$(CHURN_PACKAGES))
	Tests/churn.sh "$(PROGRAM)" $(CHURN)

.PHONY: format
format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

.PHONY: clean
clean:
	rm -rf .build .build-*
