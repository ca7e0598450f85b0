# restage: make help lists what there is.

BIN     := bin/restage
# Where install puts the binary: PREFIX/bin if PREFIX is set, else where go install would.
GOBIN   ?= $(shell go env GOBIN)
BINDIR  := $(if $(PREFIX),$(PREFIX)/bin,$(if $(GOBIN),$(GOBIN),$(shell go env GOPATH)/bin))

.PHONY: help build install test test-editors vet fmt race bench gen corpus fuzz judge poetry-matrix vscode clean

help:
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

build: ## build bin/restage
	go build -trimpath -ldflags '-s -w' -o $(BIN) ./cmd/lsp

install: build ## put restage into PREFIX/bin, or where go install puts binaries
	install -d '$(BINDIR)'
	install -m 755 $(BIN) '$(BINDIR)/restage'

test: fmt vet ## everything that is tested
	go test ./...
	$(MAKE) --no-print-directory race

test-editors: ## run the VS Code extension and the configurations of docs/editors.md in real editors; installs them where it may
	scripts/test-editors
	scripts/test-vscode

vscode: ## package the VS Code extension for all platforms into dist
	scripts/vscode-package

# The race detector needs a C compiler; without one its part is left out, loudly.
race:
	@if [ "$$(go env CGO_ENABLED)" = 1 ] && command -v "$$(go env CC)" >/dev/null 2>&1; then \
		echo 'go test -race ./server/...'; go test -race ./server/...; \
	else echo 'race detector: skipped, no C compiler'; fi

vet:
	go vet ./...

fmt:
	@out=$$(gofmt -l $$(find . -name '*.go' -not -path '*/node_modules/*')); \
	if [ -n "$$out" ]; then echo "gofmt would change:"; echo "$$out"; exit 1; fi

bench: ## measure speed; nothing here can fail
	go test -run '^$$' -bench . -benchmem ./...

gen: ## write what follows from the list of rules
	go run ./internal/gen

corpus: ## run every test that reads the real Dockerfiles beside the repository, and write docs/corpus.md
	go test -count=1 -run 'Corpus' ./analysis/... ./internal/...
	go test -count=1 -v -run 'Corpus' ./codeactions -corpus.out='$(CURDIR)/docs/corpus.md'

FUZZTIME  ?= 10m
MUTATIONS ?= 100000
fuzz: ## fuzz parsers and the whole chain for FUZZTIME each, then try MUTATIONS mutated files
	@for f in analysis/source:FuzzParse analysis/shell:FuzzShell analysis/project:FuzzPyproject analysis/project:FuzzLock \
		analysis/project:FuzzCompose codeactions:FuzzAnalyze codeactions:FuzzProject codeactions:FuzzFixAll; do \
		echo "$$f"; go test -run '^$$' -fuzz "^$${f#*:}$$" -fuzztime $(FUZZTIME) "./$${f%:*}" || exit 1; done
	go test -count=1 -v -timeout 0 -run '^TestMutations$$' ./codeactions -mutations $(MUTATIONS)

judge: ## build originals and rewrites with BuildKit and compare the images
	scripts/judge $(JUDGE_FLAGS)

poetry-matrix: ## run the commands restage writes with real Poetry versions, and builds of them without Docker
	scripts/poetry-matrix

clean: ## remove what was built
	rm -rf bin
