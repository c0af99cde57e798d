# Every call that changes something, failed or the last one of its process: make crash. An hour; check runs a sample of it.
SHIM = $(BUILD)/crash/shim.so

$(SHIM): tests/crash/shim.c
	@mkdir -p $(@D)
	$(CC) -std=c11 $(WARN) -O1 -fPIC -shared -o $@ $< -ldl

crash: all $(SHIM)
	BERTH_BIN='$(CURDIR)/$(BIN)' tests/crash/crash.py $(SHIM)
	BERTH_BIN='$(CURDIR)/$(BIN)' tests/crash/pair.py $(SHIM)
	BERTH_BIN='$(CURDIR)/$(BIN)' tests/crash/full.sh
	BERTH_BIN='$(CURDIR)/$(BIN)' tests/crash/hostile.py 1000
	BERTH_BIN='$(CURDIR)/$(BIN)' tests/crash/kill.py 40
	BERTH_BIN='$(CURDIR)/$(BIN)' tests/crash/race.py 60
	BERTH_BIN='$(CURDIR)/$(BIN)' tests/crash/power.py --cuts 100

.PHONY: crash
