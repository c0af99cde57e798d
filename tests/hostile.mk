# A thousand good apps beside a thousand hostile ones, and a few of the largest shapes: make hostile HOSTILE_APPS=n
HOSTILE_APPS = 1000

hostile: all
	BERTH_BIN='$(CURDIR)/$(BIN)' tests/hostile/hostile.py $(HOSTILE_APPS) 1
	BERTH_BIN='$(CURDIR)/$(BIN)' tests/hostile/hostile.py 90 10

.PHONY: hostile
