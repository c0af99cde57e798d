# Thousands of random fleets, migrated by the real programs: make property. Minutes; check runs a sample of it.
FLEETS = 2000

property: all
	BERTH_BIN='$(CURDIR)/$(BIN)' tests/property/plan.py -n $(FLEETS)
	BERTH_BIN='$(CURDIR)/$(BIN)' tests/property/again.py -n $(FLEETS)
	BERTH_BIN='$(CURDIR)/$(BIN)' tests/property/secrets.py $(FLEETS)
	BERTH_BIN='$(CURDIR)/$(BIN)' tests/property/fewest.py $(FLEETS)

.PHONY: property
