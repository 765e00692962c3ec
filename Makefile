# The commands of daily work; `make help` lists them.

LOCAL ?= $(CURDIR)/local
DIST ?= $(CURDIR)/dist
# What a file uses, its target must name.
SWIFT_FLAGS = --explicit-target-dependency-import-check error
FORMATTED = Package.swift Plugins Sources Tests
# Tests that run at once. Many start processes and wait for them: more at once than this only keep each other waiting.
TESTS_AT_ONCE ?= 4
# Several times what all tests take on two cores; then it is said what stands still.
TESTS_SECONDS ?= 2400
PROGRAMS = acore-sched acore-sched-worker acore-launch

.SILENT:
.PHONY: help setup setup-run setup-bench build run test long-runs sanitize format lint schema bench release smoke clean

help:
	echo 'make run      the daemon with the jobs of jobs.d, on demo data below ./local; stop it with Ctrl-C'
	echo 'make test     format check, lint, build, all tests'
	echo 'make sanitize the tests of code that runs in the test process, under Thread Sanitizer'
	echo 'make long-runs  hundreds of generated backups, and kills of them'
	echo 'make setup    install the Debian packages that building and testing need (run and test do it, too)'
	echo 'make build    a debug build'
	echo 'make format   write the sources in the agreed format'
	echo 'make lint     format check and lint scripts only'
	echo 'make schema   write docs/job-file.schema.json anew, after a change of keys or settings'
	echo 'make release  stripped programs with the Swift runtime inside, in ./dist'
	echo 'make smoke    what `make run` does, checked from outside: an archive that tar opens, history, a clean stop'
	echo 'make bench    measure against peers; writes Benchmarks/*/RESULTS.md'
	echo 'make clean    remove ./.build, ./.build-tsan, ./dist and ./local'

setup:
	deployment/scripts/setup run test

setup-run:
	deployment/scripts/setup run

setup-bench:
	deployment/scripts/setup run bench

build: setup-run
	swift build $(SWIFT_FLAGS)

run: build
	deployment/scripts/run-demo '$(LOCAL)'

test: setup lint
	swift build --build-tests $(SWIFT_FLAGS)
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$(TESTS_AT_ONCE) Tests/within $(TESTS_SECONDS) Tests/repeat-failures swift test $(SWIFT_FLAGS)

# Two hundred generated chains of backups, each restored by two ways, and fifty kills of each kind of run: some twelve minutes.
long-runs: setup
	swift build --build-tests $(SWIFT_FLAGS)
	CHAINS=200 KILLS=50 SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=2 Tests/within 2400 Tests/repeat-failures swift test --skip-build $(SWIFT_FLAGS) \
	    --filter 'BackupJobTests.IncrementTests/chainsAreRestored|BackupJobTests.KillTests/isKilled'

sanitize: setup
	Tests/Sanitizer/run

format:
	swift format -i --recursive --parallel --configuration .swift-format $(FORMATTED)

lint: setup
	swift format lint --strict --recursive --parallel --configuration .swift-format $(FORMATTED)
	Tests/Lint/self-test
	Tests/Lint/run

schema: build
	.build/debug/acore-sched schema --output docs/job-file.schema.json

bench: setup-bench
	for measure in Benchmarks/*/run; do echo "$$measure"; "$$measure" || exit 1; done

release: setup-run
	swift build -c release --static-swift-stdlib $(SWIFT_FLAGS)
	deployment/scripts/collect '$(DIST)' $(PROGRAMS)

smoke: build
	Tests/EndToEnd/smoke/run

clean:
	rm -rf .build .build-tsan '$(DIST)' '$(LOCAL)'
