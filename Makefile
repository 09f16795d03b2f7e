# Evaluation suite for storage and container engines. `make help` lists what
# there is to make; README.md shows the way from a bare machine to a table.

# Where things are built (objects, programs, generated files)
BUILD ?= build
# Where `make install` puts them
PREFIX ?= /usr/local
DESTDIR ?=
CC = gcc
CFLAGS ?= -O2 -g
# WERROR= turns warnings back into warnings
WERROR ?= -Werror
# Sanitizer flags; set by check-asan and check-tsan
SANITIZE ?=
# What `make bench` measures. No SITE: a throwaway cluster on this machine
SITE ?=
PLAN ?= bench/plans/quick.ini
# What ie-cluster brings up for it; none: what the plan's kinds of cases need
SERVICES ?=
RESULTS ?= results
# A run folder that an interrupted `make bench` left: finish it, by its plan
RESUME ?=
ifneq ($(RESUME),)
override PLAN := $(RESUME)/plan.ini
endif
# Compare the new run with these run folders, or two of its targets (OLD,NEW)
BASE ?=
VARIANTS ?=
# The committed run that `make plots` draws without a cluster
REFERENCE ?= results/reference-study
# Two sides of a comparison, for the forest plot of `make plots`
COMPARE ?= $(if $(filter %/reference-study,$(REFERENCE)),\
	$(REFERENCE):nfs $(REFERENCE):cephfs)
# What `make test` runs, and the services it must not skip (comma-separated)
TESTS ?= tests/unit tests/cli tests/live
export IE_REQUIRE

# Storage drivers, one file each in bench/storage/ (or ceph/ in it); the table
# in storage.c is made from this list
DRIVERS := null posix uring rados rbd cephfs nfs tcp

WARN := -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes
CPPFLAGS_ALL = -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Ilib -Ibench \
	-Iprovision -I$(BUILD)
TOOL_CPPFLAGS := -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -Ilib -Itool -Itests/unit \
	-fstack-protector-strong $(if $(SANITIZE),,-D_FORTIFY_SOURCE=2)
CFLAGS_ALL = -std=gnu11 -pthread $(WARN) $(WERROR) $(CFLAGS) $(SANITIZE)
LINK = $(CC) -pthread $(SANITIZE) $(LDFLAGS) -o $@ $(filter %.o %.a,$^)
Q := $(if $(V),,@)

.PHONY: all help deps bench bench-images test images nodes hosts plots calibrate paper regress simulate \
	check-r install install-podman lint check-asan check-tsan fuzz clean \
	programs
all: programs

help:
	@echo 'make bench      install what is missing, measure, print the table'
	@echo '                (SITE=site.ini PLAN=bench/plans/study.ini SERVICES=gfs2)'
	@echo 'make regress    BASE=RUN_DIR: its plan again, and did it get slower'
	@echo 'make test       install what is missing, run every test'
	@echo 'make plots      draw the figures of a run (REFERENCE=$(REFERENCE))'
	@echo 'make simulate   what the verdicts promise, by simulation (ROUNDS=2000)'
	@echo 'make check-r    ask R again for the answers that tests compare with'
	@echo 'make paper      the paper, from committed results'
	@echo 'make images     what the image-build plans start from'
	@echo 'make nodes      what throwaway hosts (ie-cluster up nodes) start from'
	@echo 'make hosts      what whole hosts (ie-cluster up hosts) start from'
	@echo 'make calibrate  our drivers against the tools of today'
	@echo 'make programs   ie-bench, ie-stats, ie-cluster, ie-podman into $(BUILD)/'
	@echo 'make deps       install what is missing (root), or say how'
	@echo 'make install    programs, manual, recipes and plans under PREFIX=$(PREFIX)'
	@echo 'make install-podman    ie-podman and ie-netd (tool/README.md)'
	@echo 'make lint       clang-format, cppcheck, gcc -fanalyzer, shellcheck'
	@echo 'make check-asan check-tsan    the tests under sanitizers'
	@echo 'make fuzz       fuzz both INI files and the records (SECONDS=60)'
	@echo 'make clean      remove $(BUILD)/'

# --- from a bare machine -----------------------------------------------------
deps:
	@sh provision/deps.sh build services plots \
		$(if $(filter gfs2 kclients powercut,$(SERVICES)),guests) \
		$(filter slurm hosts,$(SERVICES))

bench: $(if $(shell grep -l '^ *\[image ' '$(PLAN)' 2>/dev/null),bench-images) deps
	@$(MAKE) --no-print-directory programs
	@BUILD='$(BUILD)' RESULTS='$(RESULTS)' RESUME='$(RESUME)' \
		BASE='$(BASE)' VARIANTS='$(VARIANTS)' SERVICES='$(SERVICES)' \
		sh bench/bench.sh '$(PLAN)' \
		'$(SITE)'

# What a plan of image builds needs besides
bench-images:
	@test "$$(id -u)" = 0 || { echo 'bench: measure $(PLAN): image builds' \
		'need root: mounts, control groups, a user of their own' >&2; \
		exit 2; }
	@sh provision/deps.sh engines
	@$(MAKE) --no-print-directory images

# BASE's plan again, and the new run against BASE
regress:
	@test -n '$(BASE)' || { echo 'regress: needs BASE=RUN_DIR[,...]' >&2; \
		exit 2; }
	@$(MAKE) --no-print-directory bench \
		PLAN='$(firstword $(subst $(comma), ,$(BASE)))/plan.ini'
comma := ,

# What was built for the unit tests stands in $(BUILD)/unit; the rest are
# scripts
test:
	@sh provision/deps.sh build services guests slurm nodes hosts engines \
		plots calibrate test
	@$(MAKE) --no-print-directory programs test-programs
	$(if $(findstring tests/live,$(TESTS)),@test "$$(id -u)" != 0 || \
		$(MAKE) --no-print-directory nodes hosts)
	@BUILD='$(BUILD)' env --default-signal prove $(foreach t,$(TESTS),\
		$(if $(filter %/unit,$t),$(BUILD)/unit/*.t,\
		$(if $(filter %.t,$t),$t,$t/*.t)))

calibrate:
	@sh provision/deps.sh build services plots calibrate
	@$(MAKE) --no-print-directory programs
	@BUILD='$(BUILD)' RESULTS='$(RESULTS)' sh bench/calibrate.sh

# What the [image] sections of bench/plans start from (as root)
images:
	@sh provision/deps.sh images
	@sh bench/image/images.sh $(BUILD)/images

# What hosts for tests of provision/ansible start from (as root)
nodes:
	@sh provision/deps.sh nodes
	@sh provision/nodes/prepare.sh $(BUILD)/nodes \
		$$(sh provision/ansible/packages.sh)

# What whole hosts for tests of units, control groups and rootless containers
# start from (as root)
hosts:
	@sh provision/deps.sh hosts
	@sh provision/hosts/prepare.sh $(BUILD)/hosts

plots: FIGURES = $(BUILD)/plots/$(notdir $(REFERENCE:%/=%))
plots: $(BUILD)/ie-stats
	@rm -rf $(FIGURES) && mkdir -p $(FIGURES)
	$(Q)$(BUILD)/ie-stats export $(REFERENCE) --to $(FIGURES)/data
	$(if $(strip $(COMPARE)),$(Q)$(BUILD)/ie-stats compare $(COMPARE) \
		--format tsv >$(FIGURES)/data/compare.tsv || test $$? -ne 2)
	$(Q)sh plots/plot.sh $(FIGURES)/data $(FIGURES)

# The committed runs, calibration and simulation that the paper tells of
PAPER_RUNS := $(addprefix reference-,study images homes kernel locks powercut \
	scale)
CALIBRATION ?= results/calibrate-20261125
SIMULATION ?= results/simulation/promises.txt
paper:
	@sh provision/deps.sh build plots paper
	@for run in $(PAPER_RUNS); do \
		$(MAKE) --no-print-directory plots REFERENCE=results/$$run || \
			exit; \
	done
	@BUILD='$(BUILD)' sh paper/paper.sh $(BUILD)/plots $(CALIBRATION) \
		$(SIMULATION) $(BUILD)/paper

# --- programs ----------------------------------------------------------------
# Probed once: which drivers have their library here
$(BUILD)/config.mk: bench/storage/probe.sh Makefile
	@mkdir -p $(@D)
	@sh bench/storage/probe.sh '$(CC)' $(DRIVERS) >$@.tmp && mv $@.tmp $@
# Targets that only call others need no probe
NO_PROBE := help clean paper check-r regress deps bench bench-images test \
	images nodes hosts calibrate lint check-asan check-tsan fuzz
ifneq ($(filter-out $(NO_PROBE),$(or $(MAKECMDGOALS),all)),)
include $(BUILD)/config.mk
endif

# Objects are rebuilt when the flags change
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CPPFLAGS_ALL) $(TOOL_CPPFLAGS) $(CFLAGS_ALL)' | \
		cmp -s - $@ || \
		echo '$(CC) $(CPPFLAGS_ALL) $(TOOL_CPPFLAGS) $(CFLAGS_ALL)' >$@
.PHONY: FORCE

$(BUILD)/drivers.def: $(BUILD)/config.mk
	@{ for d in $(DRIVERS_BUILT); do echo "DRIVER($$d)"; done; \
	for m in $(DRIVERS_MISSING); do \
		echo "NO_DRIVER($${m%%:*}, \"built without $${m##*:}\")"; \
	done; } >$@

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

objects = $(patsubst %.c,$(BUILD)/%.o,$(1))
LIB_O := $(call objects,$(wildcard lib/*.c))
# A driver's file, and files that only it needs (nfs.c, nfs_export.c)
STORAGE_ROOMS := bench/storage bench/storage/ceph
DRIVER_C := $(foreach d,$(DRIVERS_BUILT),$(foreach room,$(STORAGE_ROOMS),\
	$(wildcard $(room)/$(d).c $(room)/$(d)_*.c)))
CEPH_C := $(if $(filter rados rbd cephfs,$(DRIVERS_BUILT)),\
	$(wildcard bench/storage/ceph/ceph.c bench/storage/ceph/ceph_*.c))
STORAGE_O := $(call objects,$(DRIVER_C) $(CEPH_C) \
	$(addprefix bench/storage/,storage.c option.c queue.c file.c \
	file_resident.c fstype.c))
BENCH_ROOMS := bench $(addprefix bench/,case plan run worker worker/job \
	worker/stream image)
BENCH_O := $(call objects,$(filter-out bench/ie-bench.c,\
	$(wildcard $(addsuffix /*.c,$(BENCH_ROOMS)))))
STATS_O := $(call objects,$(filter-out %/ie-stats.c,\
	$(wildcard bench/stats/*.c bench/stats/*/*.c bench/stats/*/*/*.c)))
CLUSTER_O := $(call objects,$(wildcard provision/cluster/*.c))
# Both ends of ie-netd's links; ie-netd itself links nothing else of ours
NETD_O := $(call objects,$(filter-out tool/netd/ie-netd.c,$(wildcard \
	tool/netd/*.c)) lib/err.c)
TOOL_O := $(call objects,$(filter-out tool/ie-podman.c,$(wildcard tool/*.c)))
TOOL_LIBS := -ljansson -lmnl
NETD_LIBS := -lmnl -linih -lnftables
# Private: otherwise flags, which they need, would be made with these
$(BUILD)/tool/%.o $(BUILD)/tests/unit/tool-%.o: \
	private CPPFLAGS_ALL = $(TOOL_CPPFLAGS)
$(BUILD)/bench/storage/storage.o: $(BUILD)/drivers.def
$(BUILD)/bench/case/suite.o: $(BUILD)/source.h

# What workers are made of: those of other sources are refused
WORKER_C := $(sort $(wildcard $(addsuffix /*.[ch],lib $(BENCH_ROOMS) \
	bench/worker/mpi $(STORAGE_ROOMS))))
$(BUILD)/source.h: $(WORKER_C)
	@mkdir -p $(@D)
	@cat $^ | sha256sum | sed 's/\(.\{12\}\).*/#define IE_SOURCE "\1"/' >$@

BENCH_LIBS = $(DRIVER_LIBS) -ljansson -lcrypto -lm
STATS_LIBS = -ljansson -lgsl -lgslcblas -lm
PROGRAMS := ie-bench $(if $(MPI_LIBS),ie-bench-mpi) ie-stats ie-cluster ie-podman ie-netd \
	$(if $(filter rados,$(DRIVERS_BUILT)),ceph-admin) norpcbind.so \
	guest-agent guest-exec guest-run selftest.sh selftest.so
programs: $(addprefix $(BUILD)/,$(PROGRAMS))

$(BUILD)/ie-bench: $(BUILD)/bench/ie-bench.o $(BENCH_O) $(STORAGE_O) $(LIB_O)
	$(Q)$(LINK) $(BENCH_LIBS)
# The same, but for whom it works with: the ranks of MPI
MPI_O := $(filter-out %/team_solo.o,$(BENCH_O)) \
	$(call objects,$(wildcard bench/worker/mpi/*.c))
$(BUILD)/bench/worker/mpi/%.o: private CPPFLAGS_ALL += $(MPI_CFLAGS)
$(BUILD)/ie-bench-mpi: $(BUILD)/bench/ie-bench.o $(MPI_O) $(STORAGE_O) $(LIB_O)
	$(Q)$(LINK) $(BENCH_LIBS) $(MPI_LIBS)
$(BUILD)/ie-stats: $(BUILD)/bench/stats/ie-stats.o $(STATS_O) $(LIB_O)
	$(Q)$(LINK) $(STATS_LIBS)
$(BUILD)/ie-cluster: $(CLUSTER_O) $(LIB_O)
	$(Q)$(LINK) -ljansson
$(BUILD)/ceph-admin: $(call objects,$(wildcard provision/ceph/*.c)) $(LIB_O)
	$(Q)$(LINK) -lrados -ljansson
$(BUILD)/ie-podman: $(BUILD)/tool/ie-podman.o $(TOOL_O) \
		$(BUILD)/tool/netd/rtnl.o $(LIB_O)
	$(Q)$(LINK) $(TOOL_LIBS)
$(BUILD)/ie-netd: $(BUILD)/tool/netd/ie-netd.o $(NETD_O)
	$(Q)$(LINK) -pie -Wl,-z,relro,-z,now $(NETD_LIBS)
# Never sanitized: it is loaded into a server that is not
$(BUILD)/norpcbind.so: provision/nfs/norpcbind.c $(BUILD)/flags
	$(Q)$(CC) $(CPPFLAGS_ALL) $(filter-out $(SANITIZE),$(CFLAGS_ALL)) -fPIC -shared -o $@ $<
# What ie-bench selftest lies with
$(BUILD)/selftest.sh: bench/selftest/selftest.sh
	@install -m 755 $< $@
$(BUILD)/selftest.so: bench/selftest/lies.c $(BUILD)/flags
	$(Q)$(CC) $(CPPFLAGS_ALL) $(filter-out $(SANITIZE),$(CFLAGS_ALL)) -fPIC -shared -o $@ $< -ldl
$(BUILD)/guest-exec: $(call objects,$(addprefix provision/guest/,guest-exec.c \
		guest.c frame.c) provision/cluster/file_text.c) $(LIB_O)
	$(Q)$(LINK) -ljansson
$(BUILD)/guest-run: $(call objects,provision/guest/guest-run.c) $(LIB_O)
	$(Q)$(LINK) -ljansson
# Never sanitized: a guest has no room for shadow memory
AGENT_C := $(addprefix provision/guest/,guest-agent.c frame.c) \
	$(addprefix lib/,proc.c err.c units.c)
$(BUILD)/guest-agent: $(AGENT_C) $(BUILD)/flags
	$(Q)$(CC) $(CPPFLAGS_ALL) $(filter-out $(SANITIZE),$(CFLAGS_ALL)) -o $@ $(AGENT_C)

-include $(shell find $(BUILD) '(' -name nodes -o -name hosts ')' -prune \
	-o -name '*.d' -print 2>/dev/null)

# --- tests -------------------------------------------------------------------
UNIT_T := $(patsubst tests/unit/%.c,$(BUILD)/unit/%.t,$(wildcard tests/unit/*.c))
test-programs: $(UNIT_T) $(BUILD)/conformance $(BUILD)/netd-client
.PHONY: test-programs
.SECONDARY:

$(BUILD)/unit/%.t: $(BUILD)/tests/unit/%.o $(BENCH_O) $(STATS_O) $(STORAGE_O) \
		$(LIB_O)
	@mkdir -p $(@D)
	$(Q)$(LINK) $(BENCH_LIBS) $(STATS_LIBS)
# What the statistics promise, by simulation; ROUNDS comparisons for each figure
ROUNDS ?= 2000
# Asks R again what tests/data/r-answers.txt says it answered
check-r:
	@sh provision/deps.sh check-r
	@Rscript tests/data/r-answers.R | diff - tests/data/r-answers.txt && \
		echo 'R says the same'
simulate: $(BUILD)/unit/stats-promises.t
	$(BUILD)/unit/stats-promises.t $(ROUNDS)
$(BUILD)/unit/tool-%.t: $(BUILD)/tests/unit/tool-%.o $(TOOL_O) $(NETD_O) $(LIB_O)
	@mkdir -p $(@D)
	$(Q)$(LINK) $(TOOL_LIBS) $(NETD_LIBS)
# What the meetings of MPI's ranks cost (provision/SCALE.md)
$(BUILD)/team-cost: $(BUILD)/tests/live/team-cost.o $(MPI_O) $(STORAGE_O) \
		$(LIB_O)
	$(Q)$(LINK) $(BENCH_LIBS) $(MPI_LIBS)
# What users may try on ie-netd (tests/live/netd.t)
$(BUILD)/tests/live/netd-client.o: private CPPFLAGS_ALL = $(TOOL_CPPFLAGS)
$(BUILD)/netd-client: $(BUILD)/tests/live/netd-client.o $(BUILD)/tool/ask.o \
		$(LIB_O)
	$(Q)$(LINK) $(TOOL_LIBS)
$(BUILD)/conformance: $(BUILD)/tests/live/conformance.o $(BENCH_O) \
		$(STORAGE_O) $(LIB_O)
	$(Q)$(LINK) $(BENCH_LIBS)


# --- install -----------------------------------------------------------------
LIBEXEC := $(DESTDIR)$(PREFIX)/libexec/ie-bench
install: programs
	install -d $(DESTDIR)$(PREFIX)/bin $(LIBEXEC)/provision \
		$(DESTDIR)$(PREFIX)/share/ie-bench/plans
	install -m 755 $(addprefix $(BUILD)/,$(filter ie-bench% ie-stats \
		ie-cluster,$(PROGRAMS))) $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(addprefix $(BUILD)/,$(filter-out ie-bench% ie-stats \
		ie-cluster ie-podman ie-netd,$(PROGRAMS))) $(LIBEXEC)
	for s in $(dir $(wildcard provision/*/up)) provision/guest/ \
		provision/hosts/base/ provision/; do \
		install -d $(LIBEXEC)/$$s && find $$s -maxdepth 1 -type f \
		! -name '*.[ch]' ! -name '*.md' -exec install -m 755 \
		{} $(LIBEXEC)/$$s ';' || exit 1; done
	install -m 644 bench/plans/*.ini $(DESTDIR)$(PREFIX)/share/ie-bench/plans
	install -d $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 man/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
install-podman: $(BUILD)/ie-podman $(BUILD)/ie-netd
	@sh tool/install.sh '$(BUILD)' '$(DESTDIR)' '$(PREFIX)'

# --- gates -------------------------------------------------------------------
C_FILES = $(shell git ls-files '*.c' '*.h')
SH_FILES = $(shell git ls-files '*.sh' '*.t' .ci/run) \
	$(shell git ls-files provision tool ':!*.md' | xargs grep -lm1 '^.!/bin/sh')
# It does not see that err_set() writes, nor how jansson's loops end, nor every
# cleanup attribute; gcc -fanalyzer and ASan look for leaks, and the former does
# not know vectors
CPPCHECK := --enable=warning,portability --suppress=ctuuninitvar \
	--suppress=memleak -D_GNU_SOURCE -Ilib -Ibench -Iprovision -Itool \
	'-Djson_array_foreach(a,i,v)=for(;;)' \
	'-Djson_object_foreach(o,k,v)=for(;;)'
lint:
	@sh provision/deps.sh build lint
	@clang-format --dry-run -Werror $(C_FILES)
	@cppcheck --quiet --error-exitcode=1 $(CPPCHECK) \
		$(filter-out tests/%,$(filter %.c,$(C_FILES)))
	@shellcheck -x $(SH_FILES)
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-lint \
		CFLAGS='-O1 -fanalyzer -Wno-analyzer-malloc-leak -Wno-analyzer-shift-count-overflow' programs

ASAN := -fsanitize=address,undefined -fno-omit-frame-pointer
check-asan:
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-asan \
		SANITIZE='$(ASAN)' ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0 \
		test
check-tsan:
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-tsan \
		SANITIZE=-fsanitize=thread TESTS='tests/unit tests/cli' test

# libFuzzer on every parser; SECONDS=N for each
SECONDS ?= 60
FUZZERS := $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz-*.c))
fuzz:
	@sh provision/deps.sh build fuzz
	@$(MAKE) --no-print-directory BUILD=$(BUILD)-fuzz CC=clang-14 \
		SANITIZE='-fsanitize=fuzzer-no-link,address,undefined' fuzz-run
fuzz-run: $(addprefix $(BUILD)/,$(FUZZERS))
	@for f in $(FUZZERS); do mkdir -p $(BUILD)/corpus/$$f && \
		$(BUILD)/$$f -max_total_time=$(SECONDS) -print_final_stats=1 \
		$(BUILD)/corpus/$$f tests/fuzz/corpus-$${f#fuzz-} || exit 1; \
	done
TOOL_FUZZERS := $(addprefix $(BUILD)/fuzz-,netd-message netd-leases netd-conf)
$(TOOL_FUZZERS:$(BUILD)/%=$(BUILD)/tests/fuzz/%.o): \
	private CPPFLAGS_ALL = $(TOOL_CPPFLAGS)
$(TOOL_FUZZERS): $(BUILD)/fuzz-%: $(BUILD)/tests/fuzz/fuzz-%.o $(NETD_O)
	$(Q)$(LINK) -fsanitize=fuzzer $(NETD_LIBS)
$(BUILD)/fuzz-%: $(BUILD)/tests/fuzz/fuzz-%.o $(BENCH_O) $(STATS_O) \
		$(STORAGE_O) $(LIB_O)
	$(Q)$(LINK) -fsanitize=fuzzer $(BENCH_LIBS) $(STATS_LIBS)
.PHONY: fuzz-run

clean:
	rm -rf $(BUILD) $(BUILD)-lint $(BUILD)-asan $(BUILD)-tsan $(BUILD)-fuzz
