# Each target is one script; see the head of the script for its options.
# SPDX-License-Identifier: GPL-2.0

.PHONY: help deps run test test-long check tree export rebase base range-diff vm \
	preflight send trailers \
	baseline figures figures-snp figures-psc figures-inplace cocci mutants qemu qemu-tree qemu-export deb rpm repo clean distclean
.NOTPARALLEL:

help:
	@sed -n 's/^#: //p' $(firstword $(MAKEFILE_LIST))

#: See it work
#:   make run         fetch, patch, build and boot the kernel, run the private-memory
#:                    tests, print their verdicts and the figures, base against patched
#:   make vm          a shell in the patched kernel; KERNEL=base|patched|debug MEM=MiB
#:   make vm RUN="PROGRAM ARGS"   run your own program in it; FILES="..." come along,
#:                    APPEND="..." goes to the kernel's command line
#:   make vm SNP=1    the same on an emulated SEV-SNP host (selftests/emulator/README)
run:        ; @selftests/tests/demo.sh
vm:         ; @selftests/machine/vm.sh
#:
#: Test
#:   make test        everything that CI runs; docs/tests.md says what and how long
#:                    ONLY="PART..." some parts, ONLY=? lists them (docs/tests.md)
#:   make test-long   what takes longer than that; RECORD=1 notes what passed
#:   make check       the series, patch by patch: applies, checkpatch, builds;
#:                    RECORD=1 notes what passed, so that make test need not repeat it
#:   make cocci       unguarded access to private memory, found by Coccinelle;
#:                    TREE=path DIRS="..." for another tree (docs/findings.md)
#:   make mutants     which of many plausible mistakes the rules of cocci/, sparse and gcc find
#:   make figures     only the figures; make figures-snp: those of the direct map;
#:                    make figures-psc: those of requests to convert memory;
#:                    make figures-inplace: those of conversions in place
#:   make baseline    upstream's tests on the base kernel, to selftests/machine/expected-slim
test:       ; @selftests/tests/run.sh
test-long:  ; @selftests/tests/run.sh --long
check:      ; @scripts/check/run.sh
cocci:      ; @cocci/run.sh
mutants:    ; @cocci/mutants.sh
figures:    ; @selftests/figures/attributes.sh
figures-snp: ; @selftests/figures/directmap.sh
figures-psc: ; @selftests/figures/conversions.sh
figures-inplace: ; @selftests/figures/inplace.sh
baseline:   ; @selftests/machine/baseline.sh
#:
#: Work on the series
#:   make tree        build/linux: the base with the series on top, a git tree
#:   make export      write patches/ from build/linux
#:   make rebase ONTO=REF|TREE|TARBALL   carry the series to another base
#:                    (CONTINUE=1 or ABORT=1 after a conflict)
#:   make base TO=VERSION   write BASE for another kernel, list what names the old one;
#:                    SUITE=NAME: from that suite of Debian's (docs/rebase.md)
#:   make range-diff  what changed since the last release (or FROM=REVISION)
tree:       ; @scripts/series/tree.sh
export:     ; @scripts/series/export.sh
rebase:     ; @scripts/series/rebase.sh
base:       ; @scripts/series/new-base.sh
range-diff: ; @scripts/series/range-diff.sh
#:
#: Packages
#:   make deb         Debian packages in build/packages; FLAVOUR=slim (what tests run), or
#:                    generic (Debian's config; hours; CONFIG_ONLY=1: only configured and checked)
#:   make rpm         RPMs, of the same kernel
#:   make repo GMEM_REPO_KEY=KEY   a signed repository of build/packages in build/repo
deb:        ; @scripts/package/deb.sh
rpm:        ; @scripts/package/rpm.sh
repo:       ; @scripts/package/repo.sh
#:
#: Send a topic upstream (needs b4)
#:   make preflight TOPIC=NN   each patch: applies, builds, sparse, checkpatch, docs, tests
#:   make send TOPIC=NN        its mails, by b4, to build/send; UPSTREAM=PATH: made on
#:                    that git tree.  Nothing is sent without SEND=yes-really
#:   make trailers TOPIC=NN MBOX=FILE   reviewers' tags from mails into build/linux
preflight:  ; @scripts/mail/preflight.sh
send:       ; @scripts/mail/send.sh
trailers:   ; @scripts/mail/trailers.sh
#:
#: Work on the SNP machine, a series on QEMU (selftests/emulator)
#:   make qemu        build it, print where it is
#:   make qemu-tree   build/qemu: QEMU with the series on top, a git tree
#:   make qemu-export write selftests/emulator from build/qemu
qemu:       ; @selftests/emulator/build.sh
qemu-tree:  ; @scripts/series/tree.sh emulator
qemu-export: ; @scripts/series/export.sh emulator
#:
#: Housekeeping
#:   make deps        install what the above needs (apt), or name it
#:   make clean       remove what was built, but not build/linux, build/rebase and build/qemu
#:   make distclean   remove these and the cache as well
deps:       ; @scripts/host/deps.sh
clean:      ; @scripts/host/clean.sh
distclean:  ; @scripts/host/clean.sh all
