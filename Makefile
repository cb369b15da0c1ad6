# make demo       everything on a private PostgreSQL: sample files, a run, the dashboard
# make demo-stop  ends it
# make check      every test and every lint; needs nothing but Debian 12
# make            build/txingest and build/txapi
# make install    to $(DESTDIR)$(PREFIX) and $(DESTDIR)$(SYSCONFDIR)
# make lint       format and static checks; make format mends the format
# make test       the tests alone; make SAN=asan test: in build/asan, with sanitizers (asan, tsan)
# make bench      measures side by side with what a user would pick instead; ONLY=name for one
# make fuzz       FUZZ_SECONDS (60) of libFuzzer for each parser, with clang and sanitizers
# make clean      removes build/

.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DEFAULT_GOAL := all

VERSION    := 0.1.0
PREFIX     ?= /usr/local
SYSCONFDIR ?= /etc
DATADIR    := $(PREFIX)/share/txmon

SAN   ?= none
BUILD := $(if $(filter none,$(SAN)),build,build/$(SAN))
SAN_none  :=
SAN_asan  := -fsanitize=address,undefined -fno-sanitize-recover=all -O1 -U_FORTIFY_SOURCE
SAN_tsan  := -fsanitize=thread -O1 -U_FORTIFY_SOURCE
SAN_fuzz  := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -O1 -U_FORTIFY_SOURCE \
	'-DCSV_RECORD_MAX=((size_t)256)' # so that a small input has longer ones
SAN_cover := --coverage -O0 -U_FORTIFY_SOURCE

WARN := -Wall -Wextra -Wshadow -Wconversion -Wsign-conversion \
	-Wformat=2 -Wformat-signedness -Wcast-qual -Wcast-align -Wwrite-strings \
	-Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wredundant-decls -Wpointer-arith -Wundef -Wvla -Wfloat-equal \
	-Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wnull-dereference \
	-Wdate-time -Werror
ifeq ($(SAN),fuzz)
CC   := clang
WARN := -Wall -Wextra -Werror # the others are gcc's
endif
HARD := -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE

PACKAGES := libpq libmicrohttpd libcjson inih libcrypto zlib libzstd
CFLAGS   ?= -O2 -g
CPPFLAGS := -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -iquote include -iquote $(BUILD) \
	$(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
ALL      := -std=gnu11 $(CPPFLAGS) $(WARN) $(HARD) $(CFLAGS) $(SAN_$(SAN)) -MMD -MP
LINK      = $(CC) -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(LDFLAGS) $(SAN_$(SAN))
LDLIBS   := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lcsv -lpthread

# Every file of a folder but its program's main, as an archive: a test links what it calls.
FOLDERS := command ingest detect input api common
obj = $(patsubst %.c,$(BUILD)/%.o,$(filter-out src/command/txingest.c src/api/txapi.c,$(wildcard src/$(1)/*.c)))
LIBS := $(patsubst %,$(BUILD)/lib%.a,$(FOLDERS))

SQL        := $(sort $(wildcard sql/*/*.sql))
TESTS      := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c tests/db/test_*.c))
TOOLS      := $(addprefix $(BUILD)/tests/,fault.so killat nomem.so pgcut)
FUZZERS    := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/*.c))
DYGRAPHS   := /usr/share/javascript/dygraphs
DASHBOARD  := $(patsubst dashboard/%,$(BUILD)/dashboard/%,$(wildcard dashboard/*)) \
	$(BUILD)/dashboard/dygraph.min.js


.PHONY: all tests test check lint format fuzzers fuzz bench demo demo-stop install clean
all: $(BUILD)/txingest $(BUILD)/txapi $(DASHBOARD)

$(BUILD)/sql.h $(BUILD)/sql.c: $(BUILD)/sql.%: scripts/sql2c.awk $(SQL)
	@mkdir -p $(@D)
	awk -v out=$* -f $< $(SQL) > $@
$(BUILD)/sql.o: $(BUILD)/sql.c | $(BUILD)/sql.h
	$(CC) $(ALL) -c -o $@ $<

# A folder sees include/, itself and what is below it, nothing else: a wrong #include does not compile.
SEES_common  := -iquote src/common
SEES_input   := -iquote src/input
SEES_detect  := -iquote src/detect $(SEES_input)
SEES_ingest  := -iquote src/ingest $(SEES_detect)
SEES_command := -iquote src/command $(SEES_ingest)
SEES_api     := -iquote src/api
SEES_tests   := $(SEES_command) $(SEES_api) -iquote tests
SEES_unit    := $(SEES_tests)
SEES_db      := $(SEES_tests)
SEES_fuzz    := $(SEES_tests)
$(BUILD)/%.o: %.c | $(BUILD)/sql.h
	@mkdir -p $(@D)
	$(CC) $(ALL) $(SEES_$(notdir $(<D))) -c -o $@ $<

$(foreach folder,$(FOLDERS),$(eval $(BUILD)/lib$(folder).a: $(call obj,$(folder))))
$(BUILD)/libcommon.a: $(BUILD)/sql.o
$(LIBS):
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/txingest: $(BUILD)/src/command/txingest.o $(filter-out %/libapi.a,$(LIBS))
	$(LINK) -o $@ $^ $(LDLIBS)
$(BUILD)/txapi: $(BUILD)/src/api/txapi.o $(BUILD)/libapi.a $(BUILD)/libcommon.a
	$(LINK) -o $@ $^ $(LDLIBS)
$(TESTS): $(BUILD)/%: $(BUILD)/%.o $(LIBS)
	$(LINK) -o $@ $^ $(LDLIBS) -lcmocka
# What the tests of whole programs need besides them: one file each, never sanitized.
$(filter-out %.so,$(TOOLS)): $(BUILD)/%: %.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 $(CPPFLAGS) $(WARN) $(HARD) $(CFLAGS) -pie $(LDFLAGS) -o $@ $<
$(BUILD)/tests/%.so: tests/%.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 $(CPPFLAGS) $(WARN) $(HARD) $(CFLAGS) -fPIC -shared $(LDFLAGS) -o $@ $<
$(BUILD)/tests/fault.so $(BUILD)/tests/nomem.so: tests/countdown.h
$(BUILD)/tests/db/test_fault: $(BUILD)/tests/fault.o

# With SAN=fuzz alone. What reads from memory instead of files has read wrapped.
$(FUZZERS): $(BUILD)/%: $(BUILD)/%.o $(LIBS)
	$(LINK) -fsanitize=fuzzer $(WRAP) -o $@ $^ $(LDLIBS)
$(BUILD)/tests/fuzz/csv: WRAP := -Wl,--wrap=read

$(BUILD)/dashboard/%: dashboard/%
	@mkdir -p $(@D)
	cp $< $@
$(BUILD)/dashboard/dygraph.min.js: $(DYGRAPHS)/dygraph.min.js
	@mkdir -p $(@D)
	cp $< $@

tests: $(TESTS) $(TOOLS)
test: all tests
	@BUILD=$(BUILD) scripts/run-tests

fuzzers: $(FUZZERS)
fuzz:
	scripts/setup check
	$(MAKE) -s SAN=fuzz fuzzers
	scripts/fuzz -max_total_time=$(or $(FUZZ_SECONDS),60)

lint: all
	@$(foreach folder,$(FOLDERS),SEES_$(folder)='$(SEES_$(folder))') scripts/lint $(BUILD) $(CPPFLAGS)
format:
	clang-format -i $(wildcard src/*/*.[ch] include/*.h tests/*.[ch] tests/*/*.[ch])

check:
	scripts/setup check
	scripts/check

demo:
	scripts/setup demo
	$(MAKE) all
	scripts/demo start
demo-stop:
	scripts/demo stop

bench:
	scripts/setup bench
	$(MAKE) all
	@if [ -z "$(ONLY)" ] || [ "$(ONLY)" != dashboard ] && ! scripts/bench-api --list | grep -qx "$(ONLY)"; then scripts/bench $(ONLY); fi
	@if [ -z "$(ONLY)" ] || scripts/bench-api --list | grep -qx "$(ONLY)"; then scripts/bench-api $(ONLY); fi
	@if [ -z "$(ONLY)" ] || [ "$(ONLY)" = dashboard ]; then scripts/bench-dashboard; fi

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(DATADIR)/dashboard \
		$(DESTDIR)$(SYSCONFDIR)/txmon/detectors.d $(DESTDIR)$(SYSCONFDIR)/cron.d
	install $(BUILD)/txingest $(BUILD)/txapi $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(DASHBOARD) $(DESTDIR)$(DATADIR)/dashboard
	[ -e $(DESTDIR)$(SYSCONFDIR)/txmon/txmon.conf ] || \
		install -m 640 etc/txmon.conf $(DESTDIR)$(SYSCONFDIR)/txmon/txmon.conf
	install -m 644 etc/cron.d/txingest $(DESTDIR)$(SYSCONFDIR)/cron.d/txingest

clean:
	rm -rf build

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
