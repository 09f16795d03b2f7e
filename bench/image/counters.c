/* See counters.h. */
#include "image/counters.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "cleanup.h"

struct counters {
	char disk[64]; /* its statistics in /sys, or "" */
	uint64_t written[2];
	uint64_t cpu_ns[2];
	uint64_t own_ns[2];
	struct err no_disk;
};

/* Sectors of 512 bytes written so far: the seventh number, as
 * Documentation/block/stat.rst of the kernel says. */
static uint64_t written_read(const char *path)
{
	cleanup_file FILE *f = fopen(path, "re");
	unsigned long long v[7] = {0};

	if (f && fscanf(f, "%llu %llu %llu %llu %llu %llu %llu", &v[0], &v[1],
			&v[2], &v[3], &v[4], &v[5], &v[6]) == 7)
		return v[6] * 512;
	return 0;
}

/* All processors, busy: user, nice, system, irq, softirq; in clock ticks, see
 * proc(5). */
static uint64_t cpu_read(void)
{
	cleanup_file FILE *f = fopen("/proc/stat", "re");
	unsigned long long v[7] = {0};

	if (!f || fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu", &v[0],
			 &v[1], &v[2], &v[3], &v[4], &v[5], &v[6]) != 7)
		return 0;
	return (v[0] + v[1] + v[2] + v[5] + v[6]) *
	       (1000000000u / (unsigned long long)sysconf(_SC_CLK_TCK));
}

/* The store may not be there before its first image. */
static int device_of(const char *path, dev_t *dev)
{
	cleanup_free char *there = store_existing(path);
	struct stat st;

	if (!there || stat(there, &st) < 0)
		return -errno;
	*dev = st.st_dev;
	return 0;
}

int counters_open(struct counters **out, const char *store, struct err *e)
{
	struct counters *c = calloc(1, sizeof(*c));
	dev_t dev = 0;
	int r;

	if (!c)
		return err_sys(e, -ENOMEM, "count");
	r = device_of(store, &dev);
	snprintf(c->disk, sizeof(c->disk), "/sys/dev/block/%u:%u/stat",
		 major(dev), minor(dev));
	if (r == 0 && access(c->disk, R_OK) < 0)
		r = -errno;
	if (r < 0) {
		err_set(&c->no_disk, r,
			"written_bytes: the store is on no block device of "
			"this machine");
		c->disk[0] = '\0';
	}
	*out = c;
	return 0;
}

void counters_start(struct counters *c)
{
	if (c->disk[0])
		c->written[0] = written_read(c->disk);
	c->own_ns[0] = processes_cpu_ns();
	c->cpu_ns[0] = cpu_read();
}

void counters_stop(struct counters *c)
{
	c->cpu_ns[1] = cpu_read();
	c->own_ns[1] = processes_cpu_ns();
}

static void set_count(json_t *record, const char *key, uint64_t v)
{
	json_object_set_new(record, key, json_integer((json_int_t)v));
}

void counters_without(json_t *record, const char *why)
{
	if (!json_object_get(record, "uncounted"))
		json_object_set_new(record, "uncounted", json_array());
	json_array_append_new(json_object_get(record, "uncounted"),
			      json_string(why));
}

void counters_record(struct counters *c, json_t *record)
{
	set_count(record, "machine_cpu_ns", c->cpu_ns[1] - c->cpu_ns[0]);
	set_count(record, "own_cpu_ns", c->own_ns[1] - c->own_ns[0]);
	if (c->disk[0]) {
		c->written[1] = written_read(c->disk);
		set_count(record, "written_bytes",
			  c->written[1] - c->written[0]);
	} else {
		counters_without(record, c->no_disk.msg);
	}
}

void counters_close(struct counters *c)
{
	free(c);
}
