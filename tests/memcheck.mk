# Every unit program, and the programs as the command-line tests call them, under valgrind: make memcheck. Half an hour.
NOJIT = $(BUILD)/memcheck/nojit.so

$(NOJIT): tests/memcheck/nojit.c
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARN) -O1 -fPIC -shared -o $@ $<

memcheck: all units $(NOJIT)
	BERTH_BIN='$(CURDIR)/$(BIN)' tests/memcheck/memcheck $(NOJIT) $(UNITS) $(MEMCHECK_TESTS)

MEMCHECK_TESTS = $(filter-out tests/cli/completion.t,$(wildcard tests/cli/*.t))

.PHONY: memcheck
