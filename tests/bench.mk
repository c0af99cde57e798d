# berth beside the tools that its users would compare it with: make bench BENCH='--apps 1000 --runs 3'
BENCH =

bench: all
	@BERTH_BIN='$(CURDIR)/$(BIN)' tests/bench/bench.py $(BENCH)

# What n things cost against 4n, in counted instructions (valgrind): make growth GROWTH=literals
GROWTH =

growth: all
	@BERTH_BIN='$(CURDIR)/$(BIN)' tests/bench/growth.py $(GROWTH)

.PHONY: bench growth
