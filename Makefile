# What each target does, `make help` says. Every target first installs what it needs and is missing.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

target := $(or $(CARGO_TARGET_DIR),target)
bundler := $(target)/debug/banter-bundler
step := .ci/step.sh
# What is built beside the tests has the features that they ask of dependencies, so that nothing is compiled twice: see the
# example. Where no tests were compiled, only what the two programs need, and without the optimisation that many tests need.
as_tests := --workspace --example all_features
alone := --package banter-bundler --package banter-backend --config profile.dev.package.banter-protocol.opt-level=0
features = $(if $(wildcard $(target)/as-tests),$(as_tests),$(alone))
as_tests_from_now_on = mkdir -p $(target) && touch $(target)/as-tests
# What the release has and the tests' build has not is one file, whose app went through the last optimisation, is served
# compressed and rehearses joining: the main job in both browsers, private rooms and a reload show that it works, a flood what it costs.
smoke := two_browsers:: firefox:: csp:: reload::a_reloaded private_rooms:: on_intent:: flood::
release := BANTER_BIN=$(abspath $(target))/release/banter
# As people have it.
whole_chromium = CHROMIUM=$$(command -v chromium chromium-browser google-chrome | head -n 1)
export PATH := $(CURDIR)/target/tools/bin:$(PATH)

.PHONY: help dev test smoke soak lab build run bench lint fmt bundler

help: ## say what each target does
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 14

dev: ## serve the app at http://127.0.0.1:8080, rebuild and reload on change
	@.ci/toolchain.sh
	@$(step) "compiling the bundler and the server (at first two minutes)" \
		cargo build --quiet $(features) --bin banter-bundler --bin banter
	@exec $(bundler) dev $(features)

test: ## run every test: native, wasm in a browser, whole browsers
	@.ci/toolchain.sh test
	@$(as_tests_from_now_on)
	@.ci/test.sh

smoke: build ## let whole browsers try what `make build` makes
	@.ci/toolchain.sh test
	@$(step) "whole browsers with the release" env $(release) $(whole_chromium) \
		cargo test --workspace --test browsers -- --test-threads 1 $(smoke)

soak: build ## run what takes hours: fuzzers, memory, many seeds, two builds compared (BANTER_SOAK_MINUTES=1: half an hour)
	@.ci/toolchain.sh soak
	@env $(release) .ci/soak.sh

lab: build ## test browsers behind NATs, in network namespaces (Linux, as root)
	@.ci/toolchain.sh lab
	@$(step) "browsers behind NATs" env $(release) cargo nextest run --package banter-e2e --test lab --run-ignored only

build: bundler ## build target/release/banter, one file with the web app inside it
	@$(step) "building the web app" $(bundler) build --release
	@$(step) "building the server" cargo build --release --package banter-backend --bin banter
	@ls -lh $(target)/release/banter | awk '{ print "==> " $$NF ": " $$5 }'

run: build ## build the release if needed and serve it at http://127.0.0.1:8080
	@exec $(target)/release/banter $(ARGS)

bench: build ## measure, each figure beside its reference
	@.ci/toolchain.sh test
	@$(step) "building the reference" cargo build --quiet --release --package banter-server-bench
	@$(step) "measuring the server" $(target)/release/server-bench
	@$(step) "measuring the engine" cargo test --quiet --workspace --test sim -- --ignored --nocapture costs::
	@$(step) "weighing the app" $(bundler) parts
	@$(step) "measuring the app" env $(release) $(whole_chromium) cargo run --release --package banter-e2e --bin bench

lint: features = $(as_tests)
lint: bundler ## check formatting, clippy, arrows between crates and modules, licences
	@.ci/toolchain.sh lint
	@$(as_tests_from_now_on)
	@.ci/lint.sh

fmt: ## format the Rust sources
	@cargo fmt --all

bundler:
	@.ci/toolchain.sh
	@[ -x $(bundler) ] || echo "==> compiling the bundler (once, about a minute)"
	@cargo build --quiet $(features) --bin banter-bundler
