# The sources of plan, clash, apply and journal changed at random places: make mutate MUTANTS=n MUTATE_SEED=n. An hour on an idle machine.
MUTANTS = 300
MUTATE_SEED = 1
MUTATE_JOBS = 2
# What is built thousands of times: small objects, quickly linked.
FLAGS_mutate = -O1
ifeq ($(VARIANT),mutate)
GC =
endif

mutate:
	tests/mutate/mutate.py -n $(MUTANTS) -s $(MUTATE_SEED) -j $(MUTATE_JOBS) --seconds 3600

.PHONY: mutate
