# .env files, templates and port mappings at random, held against Docker Compose: make random RANDOM_COUNT=n RANDOM_SEED=n
RANDOM_COUNT = 2000
RANDOM_SEED = 1
WORDS = $(BUILD)/words

$(WORDS): $(BUILD)/tests/conformance/words.o $(BUILD)/libberth.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

random: random-env random-ports

random-env random-ports: random-%: $(WORDS)
	tests/conformance/random_$*.py --words $(WORDS) --count $(RANDOM_COUNT) --seed $(RANDOM_SEED)

.PHONY: random random-env random-ports
