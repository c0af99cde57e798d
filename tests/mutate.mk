# The sources of plan, clash, apply and journal changed at random places: make mutate MUTANTS=n MUTATE_SEED=n. An hour on an idle machine.
MUTANTS = 300
MUTATE_SEED = 1

mutate: all units
	tests/mutate/mutate.py -n $(MUTANTS) -s $(MUTATE_SEED) --seconds 3600

.PHONY: mutate
