# Every unit program, and the programs as the command-line tests call them, under the thread sanitizer: make tsan. Minutes.
FLAGS_tsan = -O1 -g -fsanitize=thread -fno-omit-frame-pointer
TSAN_TESTS = $(patsubst $(BUILD)/%,build/tsan/%,$(UNITS)) $(filter-out %/completion.t %/report-page.t,$(wildcard tests/cli/*.t))

tsan:
	$(MAKE) -s VARIANT=tsan all units
	@rm -rf build/tsan/said; mkdir -p build/tsan/said
	@BERTH_BIN='$(CURDIR)/build/tsan/bin' BERTH_VARIANT=tsan CC='$(CC)' TEST_TIMEOUT=1800 TEST_PATIENCE=300 \
		TSAN_OPTIONS='log_path=$(CURDIR)/build/tsan/said/report history_size=4' tests/run $(TSAN_TESTS); status=$$?; \
	cat build/tsan/said/* 2>/dev/null; \
	echo "tsan: $$(cat build/tsan/said/* 2>/dev/null | grep -c '^WARNING: ThreadSanitizer') reports"; \
	[ $$status = 0 ] && [ -z "$$(ls build/tsan/said)" ]

.PHONY: tsan
