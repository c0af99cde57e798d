# berth: build, test, install. GNU make; everything built goes to build/VARIANT, the programs of the release to bin/.
#   make            the programs              make check             all tests (SANITIZE=1: under ASan and UBSan)
#   make demo       see it work               make strict            warnings are errors
#   make install    PREFIX, DESTDIR           make conformance       every project read as Docker Compose reads it
#   make lint       static analysis           make cov, make fuzz    coverage; libFuzzer, FUZZ_TIME seconds a target
#   make dist       the source as a tarball   make deb               a Debian package of it
#   make crash      killed, failed, full      make memcheck          under valgrind
#   make tsan       under the thread sanitizer
#   make engine     on a real engine          make hosts             several hosts, driven by Ansible
#   make hostile    beside hostile apps       make mutate            does a test see a slip?
#   make compile_commands.json                for editors
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
JOBS := $(shell nproc 2>/dev/null || echo 2)

ifeq ($(SANITIZE),1)
VARIANT = asan
endif
VARIANT ?= release
BUILD = build/$(VARIANT)
BIN = $(if $(filter release,$(VARIANT)),bin,$(BUILD)/bin)
PREFIX = /usr/local
CC = gcc

WARN = -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wpointer-arith -Werror=implicit-function-declaration -Wcast-qual -Wwrite-strings -Wvla -Wformat=2 -Wundef -Wnull-dereference
FLAGS_release = -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -ffunction-sections -fdata-sections
FLAGS_debug = -O0 -g
FLAGS_strict = -O2 -g -Werror
FLAGS_asan = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS_cov = -O0 -g --coverage
FLAGS_fuzz = -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all

# Looked up when the Makefile is read, so whatever installs packages runs make again afterwards.
PACKAGES = sqlite3 libpcre2-8 yaml-0.1 libxxhash
PKG_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)
ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -pthread $(WARN) $(FLAGS_$(VARIANT)) $(WHOLE) \
	-Ilib -Itests $(PKG_CFLAGS) $(CPPFLAGS) $(CFLAGS)
# A program holds what it uses: what no function of it reaches is left out.
GC = -Wl,--gc-sections
ALL_LDFLAGS = -pthread $(GC) $(filter -fsanitize% --coverage,$(FLAGS_$(VARIANT))) $(LINKED) $(LDFLAGS)
LIBS = $(PKG_LIBS) -lcsv -lm

TOOLS = scan plan apply report cutover migrate new berth
# What scan is made of is put together as one program where the compiler can, as gcc can, which takes it an eighth fewer
# instructions, and everybody else little: these are linked as they are compiled. `make LTO=` does so with scan too, sooner done.
LTO_FLAGS = -O3 -fno-plt -flto=auto -ffat-lto-objects
ifeq ($(VARIANT),release)
LTO := $(shell echo 'int main(void) { return 0; }' | $(CC) -Werror $(LTO_FLAGS) -x c -o /dev/null - 2>/dev/null && \
	echo '$(LTO_FLAGS)')
else
LTO :=
endif
# WHOLE: how a source is compiled for that; LINKED: how a program is linked.
WHOLE =
LINKED = $(if $(LTO),-fno-lto)
$(BUILD)/lib/%.o $(BUILD)/tools/%.o: WHOLE = $(LTO)
$(BIN)/scan: LINKED = $(LTO)
# lib/ROOM/NAME.sql is in the programs as the text ROOM_NAME_sql, its SHA-256 as ROOM_NAME_sql_digest; so are .css and .js.
EMBEDDED = $(wildcard lib/*/*.sql lib/*/*.css lib/*/*.js)
LIB_OBJ = $(patsubst %.c,$(BUILD)/%.o,$(wildcard lib/*/*.c)) $(EMBEDDED:%=$(BUILD)/%.o)
TOOL_SRC = $(wildcard $(TOOLS:%=tools/%.c))
PROGRAMS = $(TOOL_SRC:tools/%.c=$(BIN)/%)
UNITS = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*/*.c))
MANUALS := $(shell sed -n 's|^<!-- \(berth[a-z-]*\) \([57]\), .*|build/man/\1.\2|p' docs/*.md)
FUZZERS = $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/*.c))
TESTS = $(UNITS) $(wildcard tests/*.t tests/rooms.py tests/docs.py tests/browser.py tests/cli/*.t tests/crash/*.t tests/hostile/*.t tests/conformance/check.py tests/conformance/spans.py)

all: packages $(PROGRAMS) $(MANUALS)

$(BUILD)/libberth.a: $(LIB_OBJ)
	@rm -f $@
	$(AR) qcs $@ $^

$(BUILD)/%.o: %.c | packages
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(EMBEDDED:%=$(BUILD)/%.c): $(BUILD)/lib/%.c: lib/% tools/embed.awk tools/digest.sh
	@mkdir -p $(@D)
	digest=$$(awk -f tools/embed.awk -v bare=1 $< | tools/digest.sh) && \
	awk -f tools/embed.awk -v name=$(subst .,_,$(subst /,_,$*)) -v digest="$$digest" $< >$@

$(EMBEDDED:%=$(BUILD)/%.o): %.o: %.c
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(BIN)/%: $(BUILD)/tools/%.o $(BUILD)/tools/tool.o $(BUILD)/libberth.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/libberth.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcmocka $(LIBS)

build/fuzz/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/libberth.a
	$(CC) -fsanitize=fuzzer,address,undefined -pthread $(LDFLAGS) -o $@ $^ $(LIBS)

# A guide that is also a page of the manual says so in its first line.
build/man/berth-%.5: docs/%.md tools/manual.awk
	@mkdir -p $(@D)
	awk -f tools/manual.awk $< >$@

build/man/berth%.7: docs/%.md tools/manual.awk
	@mkdir -p $(@D)
	awk -f tools/manual.awk $< >$@

# The fuzz targets are compiled along, so that they are not found broken on the day that they are wanted.
units: $(UNITS) $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/fuzz/*.c))

packages:
	@CC='$(CC)' tools/packages.sh check build

check:
	@CC='$(CC)' tools/packages.sh install build test
	@$(MAKE) -s -j$(JOBS) VARIANT=$(VARIANT) all units
	@$(MAKE) -s VARIANT=$(VARIANT) check-run

check-run:
	@BERTH_BIN='$(CURDIR)/$(BIN)' BERTH_VARIANT=$(VARIANT) CC='$(CC)' CFLAGS='$(ALL_CFLAGS)' tests/run $(TESTS)

demo:
	@CC='$(CC)' tools/packages.sh install build
	@$(MAKE) -s -j$(JOBS) VARIANT=$(VARIANT) all
	@BERTH_BIN='$(CURDIR)/$(BIN)' tools/demo.sh build/demo

# On a real engine, where one can run: root, dockerd, runc, iptables, static busybox, Docker Compose. Each test has one of its own.
ENGINE_TESTS ?= $(wildcard tests/engine/*.t)
ENGINE_JOBS ?= 1
engine: all
	@why=$$(tests/engine/engine can) || { echo "skipped: no engine can run here: $$why"; echo '0 passed, 0 failed'; exit 0; }; \
	BERTH_BIN='$(CURDIR)/$(BIN)' BERTH_VARIANT=$(VARIANT) TEST_JOBS=$(ENGINE_JOBS) TEST_TIMEOUT=1800 tests/run $(ENGINE_TESTS)

conformance: all
	@BERTH_BIN='$(CURDIR)/$(BIN)' tests/conformance/all

strict:
	$(MAKE) VARIANT=strict all units

# What editors and clangd ask for: how each source is compiled, as this call of make would.
compile_commands.json: Makefile
	@{ sep='['; for source in $(wildcard lib/*/*.c tools/*.c tests/unit/*/*.c); do \
		printf '%s\n{"directory": "%s", "file": "%s", "command": "%s"}' "$$sep" '$(CURDIR)' "$$source" \
		    '$(CC) $(ALL_CFLAGS) -c '"$$source"; sep=,; \
	done; printf '\n]\n'; } >$@

lint: packages
	@CC='$(CC)' CFLAGS='$(ALL_CFLAGS)' tests/lint $(wildcard lib/*/*.c tools/*.c)

cov:
	-TEST_TIMEOUT=1800 $(MAKE) VARIANT=cov check
	for d in build/cov/lib/*; do gcov -b -r -p -o $$d $$d/*.gcda; done | awk -f tests/cov.awk
	@cat 'lib#'*.c.gcov | awk -f tests/untaken.awk >build/cov/untaken; rm -f *.gcov
	@echo 'Each line with branches that were not taken: build/cov/untaken'

FUZZ_TIME = 600
fuzz:
	$(MAKE) VARIANT=fuzz CC=clang fuzzers
	@for f in $(FUZZERS); do $$f -max_total_time=$(FUZZ_TIME) -timeout=10 -rss_limit_mb=2048 || exit 1; done

fuzzers: $(FUZZERS)

install: all
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' ZSHDIR='$(ZSHDIR)' tools/install.sh install '$(BIN)'

uninstall:
	@DESTDIR='$(DESTDIR)' PREFIX='$(PREFIX)' ZSHDIR='$(ZSHDIR)' tools/install.sh uninstall '$(BIN)'

dist:
	@tools/dist.sh tarball build/dist

deb:
	@tools/dist.sh deb build/dist

clean:
	rm -rf build bin

.PHONY: all packages units check check-run demo conformance engine strict lint cov fuzz fuzzers install uninstall dist deb clean
.SECONDARY:
-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d $(BUILD)/*/*/*/*.d) $(sort $(wildcard tests/*.mk))
