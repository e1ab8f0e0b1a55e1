# A thin list of commands; the work sits in dev/make/.
.DEFAULT_GOAL := help
.PHONY: help up test check fuzz openapi screenshots audit deploy smoke reset clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ## prepares what is missing and starts everything on this machine; Ctrl-C stops it, the data stays
	@dev/make/up.sh

test: ## every check and every test; .ci/run calls it
	@dev/make/test.sh

check: ## the fast part of `make test`: format and lints
	@dev/make/check.sh

fuzz: ## the fuzz targets for as long as is wanted: TIME=<seconds for each>, TARGET=<one of them> (fuzz/README.md)
	@dev/make/fuzz.sh

openapi: ## writes docs/openapi.json anew from the Rust types
	@dev/make/openapi.sh

screenshots: ## takes the pictures of docs/screenshots anew, in a stack of their own with the demo data
	@dev/make/screenshots.sh

bench: ## measures a text that comes in against Node and against nothing (bench/README.md; not part of `make test`)
	@dev/make/bench.sh

audit: ## licences, advisories and bans of the dependencies (wants cargo-deny and the network; not part of `make test`)
	@dev/make/audit.sh

deploy: ## builds everything and deploys it to AWS; asks for what it has to know (docs/deploy.md)
	@dev/make/deploy.sh

smoke: ## checks a running stack from end to end: the local one, or with STACK=<name> a deployed one
	@dev/make/smoke.sh

reset: ## forgets the data of `make up`: database, simulators, logs
	@dev/make/reset.sh

clean: ## removes everything that make has built or installed in this folder, data included
	@dev/make/clean.sh
