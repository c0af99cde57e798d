# The random comparison of .env files and templates with Docker Compose: make random-env RANDOM_COUNT=n RANDOM_SEED=n
RANDOM_COUNT = 2000
RANDOM_SEED = 1
WORDS = $(BUILD)/words

$(WORDS): $(BUILD)/tests/conformance/words.o $(BUILD)/libberth.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

random-env: $(WORDS)
	tests/conformance/random_env.py --words $(WORDS) --count $(RANDOM_COUNT) --seed $(RANDOM_SEED)

.PHONY: random-env
