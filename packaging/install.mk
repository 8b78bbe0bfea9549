# `make install`, `make uninstall` and `make deb`, and the directories that they use. Included by the Makefile.

# Packages are built with PREFIX=/usr and DESTDIR. systemd searches /usr/lib/systemd/system and its counterpart in
# /usr/local for units; for any other prefix they are installed to /etc. CONFDIR is where the program reads its
# configuration.
DESTDIR ?=
PREFIX ?= /usr/local
BINDIR ?= $(PREFIX)/bin
DATADIR ?= $(PREFIX)/share
CONFDIR ?= /etc/selfconnectd
SHAREDIR ?= $(DATADIR)/selfconnectd
MANDIR ?= $(DATADIR)/man
DOCDIR ?= $(DATADIR)/doc/selfconnectd
BASHDIR ?= $(DATADIR)/bash-completion/completions
ZSHDIR ?= $(DATADIR)/zsh/site-functions
FISHDIR ?= $(DATADIR)/fish/vendor_completions.d
UNITDIR ?= $(if $(filter /usr /usr/local,$(PREFIX)),$(PREFIX)/lib/systemd/system,/etc/systemd/system)

CATALOGDIR ?= $(dir $(UNITDIR))catalog

DIRECTORIES = BINDIR UNITDIR CATALOGDIR CONFDIR SHAREDIR MANDIR DOCDIR BASHDIR ZSHDIR FISHDIR
INSTALL = $(foreach name,PROGRAM COMPLETIONS DESTDIR $(DIRECTORIES),$(name)='$($(name))') packaging/install.sh

.PHONY: install
install:
	@$(INSTALL) install

.PHONY: uninstall
uninstall:
	@$(INSTALL) uninstall

# The Debian package. debhelper generates the scripts that enable, start, restart and stop the unit, as the running
# release of Debian expects them. The package is built in a separate directory, so that the sources are not changed.
DEB_PACKAGES = debhelper lintian
DEB_VERSION := $(shell sed -n 's/.* number = "\(.*\)"/\1/p' Sources/Reporting/Version.swift)
DEB_DIR = $(SCRATCH)/debian
DEB_SOURCE = $(DEB_DIR)/selfconnectd-$(DEB_VERSION)

.PHONY: deb-packages
deb-packages:
	$(call install,$(BUILD_PACKAGES) $(DEB_PACKAGES))

.PHONY: deb
deb: deb-packages build
	rm -rf "$(DEB_DIR)"
	mkdir -p "$(DEB_SOURCE)"
	cp -r packaging/debian "$(DEB_SOURCE)/debian"
	packaging/changelog.sh "$(DEB_VERSION)" <CHANGELOG.md >"$(DEB_SOURCE)/debian/changelog"
	cd "$(DEB_SOURCE)" && SELFCONNECTD_SOURCES="$(CURDIR)" SELFCONNECTD_SCRATCH="$(abspath $(SCRATCH))" \
		dpkg-buildpackage --build=binary --no-sign
	lintian --fail-on error,warning "$(DEB_DIR)"/*.changes
	@ls -l "$(DEB_DIR)"/*.deb

# Not part of `make test`: it needs the optimized program, and root for a real service manager. Status 77 means that no
# service manager can be booted on this host; the reason is printed.
.PHONY: test-deb
test-deb: deb
	SCRATCH="$(SCRATCH)" Tests/install.sh
	Tests/packaging.sh "$(DEB_DIR)"/selfconnectd_*.deb || [ $$? -eq 77 ]

# The source release, and the proof that it needs no network: built and tested in a network namespace without interfaces.
DIST_DIR = $(SCRATCH)/dist
DIST_NAME = selfconnectd-$(DEB_VERSION)

.PHONY: dist
dist:
	SWIFT="$(SWIFT)" packaging/dist.sh "$(DEB_VERSION)" "$(DIST_DIR)"
	@ls -l "$(DIST_DIR)"

.PHONY: test-dist
test-dist: test-packages dist
	SWIFT="$(SWIFT)" Tests/dist.sh "$(DIST_DIR)/$(DIST_NAME).tar.gz"

# The Debian source package, from which dpkg-buildpackage builds with a Swift toolchain in PATH.
.PHONY: deb-source
deb-source: deb-packages dist
	rm -rf "$(SCRATCH)/deb-source"
	mkdir -p "$(SCRATCH)/deb-source"
	tar -x -z -C "$(SCRATCH)/deb-source" -f "$(DIST_DIR)/$(DIST_NAME).tar.gz"
	cp -r packaging/debian "$(SCRATCH)/deb-source/$(DIST_NAME)/debian"
	packaging/changelog.sh "$(DEB_VERSION)" <CHANGELOG.md >"$(SCRATCH)/deb-source/$(DIST_NAME)/debian/changelog"
	cd "$(SCRATCH)/deb-source/$(DIST_NAME)" && dpkg-buildpackage --build=source --no-sign -d
	lintian --fail-on error,warning "$(SCRATCH)/deb-source"/*.dsc

# The RPM package, of the program that `make build` has built.
.PHONY: rpm
rpm: build dist
	$(call install,cpio rpm rpmlint)
	rm -rf "$(SCRATCH)/rpm"
	rpmbuild -bb --define '_topdir $(abspath $(SCRATCH)/rpm)' --define '_sourcedir $(abspath $(DIST_DIR))' \
		--define 'upstream_version $(DEB_VERSION)' --define 'prebuilt $(abspath $(PROGRAM))' packaging/selfconnectd.spec
	rpmlint --config packaging/rpmlint.toml "$(SCRATCH)"/rpm/RPMS/*/*.rpm packaging/selfconnectd.spec
	Tests/rpm.sh "$(SCRATCH)"/rpm/RPMS/*/*.rpm

.PHONY: release
release:
	packaging/release.sh "$(DEB_VERSION)" "$(SCRATCH)/release-$(DEB_VERSION)"
