# Every call that changes something, failed or the last one of its process, and every one that looks, failed: make crash. An hour and a half;
# check runs a sample of it.
SHIM = $(BUILD)/crash/shim.so

$(SHIM): tests/crash/shim.c
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARN) -O1 -fPIC -shared -o $@ $< -ldl

# All of them, whichever fails.
crash: all $(SHIM)
	@failed=0; for t in 'crash.py $(SHIM)' 'pair.py $(SHIM)' full.sh 'hostile.py 1000' 'kill.py 40' 'race.py 60' 'power.py --cuts 100'; do \
		echo "tests/crash/$$t"; BERTH_BIN='$(CURDIR)/$(BIN)' tests/crash/$$t || failed=1; done; \
	BERTH_BIN='$(CURDIR)/$(BIN)' CUTOVER_STEP=1 TEST_TIMEOUT=3600 tests/run tests/cli/cutover.t || failed=1; exit $$failed

.PHONY: crash
