# berth beside the tools that its users would compare it with: make bench BENCH='--apps 1000 --runs 3'
BENCH =

bench: all
	@BERTH_BIN='$(CURDIR)/$(BIN)' tests/bench/bench.py $(BENCH)

.PHONY: bench
