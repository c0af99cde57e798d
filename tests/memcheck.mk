# Every unit program, and the programs as the command-line tests call them, under valgrind: make memcheck. Half an hour.
NOJIT = $(BUILD)/memcheck/nojit.so

$(NOJIT): tests/memcheck/nojit.c
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARN) -O1 -fPIC -shared -o $@ $<

memcheck: all units $(NOJIT)
	BERTH_BIN='$(CURDIR)/$(BIN)' tests/memcheck/memcheck $(NOJIT) $(MEMCHECK_UNITS) $(MEMCHECK_TESTS)

# Left out: process (valgrind's posix_spawn does not tell that a program can't be started), dotenv (a megabyte of odd lines passes
# PCRE2's match limit where it interprets); both are run under the sanitizers. Of the command-line tests those that call the
# programs hundreds of times for what others call them for, too, a browser, or the front's completion only.
MEMCHECK_UNITS = $(filter-out %/system/process %/syntax/dotenv,$(UNITS))
MEMCHECK_TESTS = $(filter-out %/completion.t %/apply-tampered.t %/plan-property.t %/report-page.t %/apply-process.t, \
	$(wildcard tests/cli/*.t))

.PHONY: memcheck
