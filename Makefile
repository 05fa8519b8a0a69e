# Two targets are all that a newcomer needs: make demo, make test.

PREFIX ?= /usr/local
DESTDIR ?=
GO ?= go

.DEFAULT_GOAL := help
.PHONY: help build static install demo test test-quick trial docs bench bench-data bench-stages instructions profile soak fuzz robust supply fmt lint clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: libpcap ## build bin/smtpscope
	$(GO) build -o bin/smtpscope ./cmd/smtpscope

static: ## build bin/smtpscope-static without libpcap: one file to copy to another machine, without --filter
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o bin/smtpscope-static ./cmd/smtpscope

install: build ## install the program, its manual pages and completions below PREFIX (/usr/local)
	install -D bin/smtpscope $(DESTDIR)$(PREFIX)/bin/smtpscope
	mkdir -p $(DESTDIR)$(PREFIX)/share/man/man1
	bin/smtpscope man $(DESTDIR)$(PREFIX)/share/man/man1
	mkdir -p $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions
	bin/smtpscope completion bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/smtpscope
	bin/smtpscope completion zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_smtpscope

demo: build ## analyse the capture that comes with the project
	@scripts/demo bin/smtpscope

test: ## run every test; takes some minutes
	@scripts/test

test-quick: ## formatting, vet, and the tests without a network; under a minute
	@scripts/test quick

trial: build ## analyse the larger captures of ../shared, where they are
	@scripts/trial bin/smtpscope

docs: libpcap ## write the tables in docs/ that come from tests
	$(GO) test ./gatewaylog ./report ./alignment ./diagnosis ./cmd/smtpscope -run 'Docs$$' -update

bench: build ## measure against the peers from Debian and write docs/performance.md; takes half an hour and 8 GB in BENCH_DIR
	@scripts/bench

bench-data: build ## only make the captures that are measured with, and hold the records against their truth
	@scripts/bench -data

bench-stages: libpcap ## measure stage by stage; BENCHFLAGS="-count 10" is what benchstat wants
	$(GO) test -run '^$$' -bench . -benchmem $(BENCHFLAGS) ./capture ./reassembly ./smtpstate ./session ./alignment ./report ./cmd/smtpscope

instructions: libpcap ## count what a packet costs in each room, in instructions: the same under any load (after make bench-data)
	@scripts/instructions

profile: libpcap ## learn from a run what the compiler should inline: writes cmd/smtpscope/default.pgo (after make bench-data)
	@scripts/profile

soak: build ## ten million packets through live, on a virtual interface; needs root, takes a quarter of an hour, writes docs/soak.svg
	$(GO) build -o bin/soak ./internal/soak
	bin/soak -program bin/smtpscope -packets $(or $(PACKETS),10000000) -rate $(or $(RATE),16000) -graph docs/soak.svg

fuzz: libpcap ## fuzz every target, FUZZTIME each (5m); scripts/fuzz -keep keeps what was of interest for the next time
	@scripts/fuzz $(or $(FUZZTIME),5m)

robust: libpcap ## try what could hurt; writes docs/robustness.md; takes an hour or two
	$(GO) run ./internal/robust -out docs/robustness.md

supply: libpcap ## write docs/dependencies.md; verify modules, licences, and that builds are reproducible
	@scripts/supply -update

fmt: ## format the code
	gofmt -w .

lint: libpcap ## vet and staticcheck
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

clean: ## remove what was built
	rm -rf bin

.PHONY: libpcap
libpcap:
	@scripts/need libpcap-dev
