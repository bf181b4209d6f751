# `make` alone lists the targets.
SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS   += --no-print-directory
.DEFAULT_GOAL := help

ARGS     ?= demo
PKG      ?= ./...
COUNT    ?= 5
FUZZTIME ?= 10s

# Cold, with the race detector, the tests compile for some minutes; the limit is for running.
TEST := go test -race -timeout 40m
LINT := go tool -modfile=tools/go.mod golangci-lint
say   = @printf '\n==> %s\n' $(1) >&2

FIRST_RUN  := 'The first start compiles for some minutes (two cores); later ones take seconds.'
FIRST_LINT := 'The first time the linter itself is compiled, which takes some minutes (two cores).'

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## compile bin/supportbot: one static file
	$(call say,'Compiling; the first time takes some minutes (two cores).')
	CGO_ENABLED=0 go build -trimpath -o bin/supportbot ./cmd/supportbot

.PHONY: run
run: ## start supportbot with ARGS (default: demo)
	$(call say,$(FIRST_RUN))
	go run ./cmd/supportbot $(ARGS)

.PHONY: demo
demo: ## start the demo: customer and desk side by side in a web page
	$(call say,$(FIRST_RUN))
	go run ./cmd/supportbot demo

.PHONY: setup
setup: ## find, or install where allowed, what the tests need
	@scripts/setup

# What of the stage's tests goes without the race detector. Most talk to the program in another process, which is built
# without it. The transcripts on platforms take ten times as long with it, and gigabytes: the forum's, the threads', the
# hostile ones and the leak test have engine and adapters in one process, too.
NOT_RACED := Served|OnServers|OfTheProgram|OfVisitors|TestMissedOnSlack|TestTranscriptsOnPlatforms

.PHONY: test
test: setup ## run all tests, with the race detector where it sees the product, then those of scale and the drill
	$(call say,'All tests. The first time they compile for some minutes (two cores).')
	$(TEST) $$(go list ./... | grep -v '/internal/stage')
	go test -timeout 40m ./internal/stage
	$(TEST) -skip '$(NOT_RACED)' ./internal/stage
	@$(MAKE) scale
	@$(MAKE) drill || { \
		echo 'The drill failed. Once more: no two runs are alike. What it found above is a defect all the same.' >&2; \
		$(MAKE) drill; }

# Without a C compiler Go has no race detector; the tests are still worth running.
.PHONY: test-embedded
test-embedded: ## run the tests that need nothing but Go (no browser)
	@if [[ $$(go env CGO_ENABLED) == 1 ]]; then \
		set -x; $(TEST) -tags embedded ./...; \
	else \
		echo 'No C compiler, so without the race detector.' >&2; \
		set -x; go test -timeout 15m -tags embedded ./...; \
	fi

.PHONY: race
race: setup ## run the tests of PKG (all) COUNT times (5), for what fails only sometimes
	$(TEST) -count=$(COUNT) $(PKG)

# By itself, and not with the race detector: it goes by the real clock, and it is the replicas that count,
# which are another program.
.PHONY: drill
drill: setup ## kill two replicas, Postgres and Redis while customers report (three minutes; docs/drill.md)
	$(call say,'The drill. The first time the program compiles for some minutes (two cores).')
	go test -count=1 -timeout 10m -run '^TestDrill$$' -v ./internal/stage/drill

.PHONY: lint
lint: ## run the linters
	$(call say,$(FIRST_LINT))
	$(LINT) run

.PHONY: fmt
fmt: ## format the code
	$(call say,$(FIRST_LINT))
	$(LINT) fmt

.PHONY: fmt-check
fmt-check:
	$(LINT) fmt --diff

.PHONY: arch
arch: ## check who imports whom
	go test -count=1 -run '^TestArch' ./bot

.PHONY: scripts
scripts: ## rewrite the bot's lines of all transcripts; read the diff
	go test ./internal/stage/... -run Transcripts -update

.PHONY: pictures
pictures: setup ## draw the pictures of the documents anew, in Chromium
	go test ./internal/stage -run '^TestDemoInTheBrowser$$' -count=1 -update

.PHONY: graph
graph: ## print the flows as Mermaid
	@go run ./cmd/supportbot graph

.PHONY: cover
cover: setup ## measure which statements the tests reach; writes coverage.html
	go test -timeout 30m -coverpkg=./... -coverprofile=coverage.out ./...
	go tool cover -html=coverage.out -o coverage.html
	@go tool cover -func=coverage.out | tail -n 1

# go fuzzes one target of one package at a time, so they are looked up and run in turn.
.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (10s)
	@{ grep -roE --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . || echo 'No fuzz targets.' >&2; } | sort | \
	while IFS=: read -r file func; do \
		(set -x; go test -run '^$$' -fuzz "^$${func#func }\$$" -fuzztime $(FUZZTIME) "$${file%/*}" </dev/null); \
	done

.PHONY: bench
bench: ## measure; judges nothing
	go test -run '^$$' -bench . -benchmem $(PKG)

# Without the race detector, under which the same tests are small.
.PHONY: scale
scale: setup ## show what 100,000 claims and machines cost: plans of every statement, time of an import
	go test -p 1 -count=1 -v -run '^Test(Plans|ImportOf100000)$$' ./store/sqlite ./store/postgres

.PHONY: check
check: ## what CI runs: format, lint, architecture, tests
	$(call say,'1/4 Format. '$(FIRST_LINT))
	@$(MAKE) fmt-check
	$(call say,'2/4 Lint.')
	$(LINT) run
	$(call say,'3/4 Architecture: who may import whom.')
	@$(MAKE) arch
	$(call say,'4/4 Tests.')
	@$(MAKE) test
	$(call say,'Everything passed.')
