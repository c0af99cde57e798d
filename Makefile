# berth: build, test, install. GNU make; everything built goes to build/VARIANT, the programs of the release to bin/.
#   make            the programs              make check             all tests (SANITIZE=1: under ASan and UBSan)
#   make demo       see it work               make strict            warnings are errors
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

ifeq ($(SANITIZE),1)
VARIANT = asan
endif
VARIANT ?= release
BUILD = build/$(VARIANT)
BIN = $(if $(filter release,$(VARIANT)),bin,$(BUILD)/bin)
PREFIX = /usr/local
CC = gcc

WARN = -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wformat=2 -Wundef -Wnull-dereference
FLAGS_release = -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
FLAGS_debug = -O0 -g
FLAGS_strict = -O2 -g -Werror
FLAGS_asan = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FLAGS_cov = -O0 -g --coverage

PACKAGES = sqlite3 libpcre2-8 yaml-0.1 libxxhash
PKG_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)
ALL_CFLAGS = -std=c11 -D_POSIX_C_SOURCE=200809L -D_FILE_OFFSET_BITS=64 -pthread $(WARN) $(FLAGS_$(VARIANT)) \
	-Ilib $(PKG_CFLAGS) $(CFLAGS)
ALL_LDFLAGS = -pthread $(filter -fsanitize% --coverage,$(FLAGS_$(VARIANT))) $(LDFLAGS)
LIBS = $(PKG_LIBS) -lcsv

TOOLS = scan plan apply report migrate berth
LIB_OBJ = $(patsubst %.c,$(BUILD)/%.o,$(wildcard lib/*.c))
TOOL_SRC = $(wildcard $(TOOLS:%=tools/%.c))
PROGRAMS = $(TOOL_SRC:tools/%.c=$(BIN)/%)
UNITS = $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/*.c))

all: packages $(PROGRAMS)

$(BUILD)/libberth.a: $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/%.o: %.c | packages
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BIN)/%: $(BUILD)/tools/%.o $(BUILD)/tools/tool.o $(BUILD)/libberth.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/libberth.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcmocka $(LIBS)

units: $(UNITS)

strict:
	$(MAKE) VARIANT=strict all units

clean:
	rm -rf build bin

.PHONY: all packages units strict clean
.SECONDARY:
-include $(wildcard $(BUILD)/*/*.d $(BUILD)/*/*/*.d)
packages:
