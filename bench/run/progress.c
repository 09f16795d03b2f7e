/* See progress.h. */
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "units.h"

void progress_init(struct progress *p, enum progress_mode mode, size_t done,
		   size_t total)
{
	*p = (struct progress){.mode = mode, .done = done, .total = total};
	if (mode == PROGRESS_AUTO && !isatty(STDERR_FILENO))
		p->mode = PROGRESS_PLAIN;
}

/* By the mean of the cases so far: their order is random, so the rest costs
 * about as much. */
static void time_left(const struct progress *p, char *buf, size_t size)
{
	uint64_t s;

	if (p->measured < 3) {
		snprintf(buf, size, "--:--");
		return;
	}
	s = p->spent_ns / p->measured * (p->total - p->done) / 1000000000u;
	snprintf(buf, size, "%llu:%02llu", (unsigned long long)s / 60,
		 (unsigned long long)s % 60);
}

/* What is to be obeyed goes past the stream that holds it back. */
static void line_clear(void)
{
	static const char clear[] = "\r\033[K";

	fflush(stderr);
	if (write(STDERR_FILENO, clear, strlen(clear)) < 0)
		return; /* nobody looks */
}

static void line_draw(const struct progress *p, const char *detail)
{
	char left[32];

	time_left(p, left, sizeof(left));
	line_clear();
	fprintf(stderr, "[%zu/%zu] %s left | %s%s%s%s", p->done, p->total, left,
		p->name, detail, *p->last ? " | last: " : "", p->last);
	fflush(stderr);
}

void progress_begin(struct progress *p, const char *case_name)
{
	p->name = case_name;
	p->case_ns = now_ns();
	if (p->mode == PROGRESS_AUTO)
		line_draw(p, "");
}

void progress_tick(struct progress *p, uint64_t operations)
{
	char detail[64];

	if (p->mode != PROGRESS_AUTO)
		return;
	snprintf(detail, sizeof(detail), " (%llu operations)",
		 (unsigned long long)operations);
	line_draw(p, detail);
}

static void result_text(const json_t *r, char *buf, size_t size)
{
	const char *status = json_string_value(json_object_get(r, "status"));
	const json_t *speed = json_object_get(r, "throughput_Bps");
	const json_t *wall = json_object_get(r, "wall_ns");
	const json_t *reasons = json_object_get(r, "reasons");
	const char *why = json_string_value(json_array_get(reasons, 0));

	if (json_is_number(speed))
		snprintf(buf, size, "%.1f MB/s",
			 json_number_value(speed) / 1e6);
	else if (status && strcmp(status, "ok") == 0 && json_is_integer(wall))
		snprintf(buf, size, "%.2f s",
			 (double)json_integer_value(wall) / 1e9);
	else
		snprintf(buf, size, "%s: %s", status ? status : "failed",
			 why ? why : "no reason given");
}

void progress_end(struct progress *p, const json_t *record)
{
	const char *status =
		json_string_value(json_object_get(record, "status"));
	char result[400];
	char left[32];

	p->done++;
	p->measured++;
	p->spent_ns += now_ns() - p->case_ns;
	result_text(record, result, sizeof(result));
	time_left(p, left, sizeof(left));
	if (p->mode == PROGRESS_PLAIN)
		fprintf(stderr, "[%zu/%zu] %s: %s (%s left)\n", p->done,
			p->total, p->name, result, left);
	snprintf(p->last, sizeof(p->last), "%.60s %.90s", p->name, result);
	if (p->mode == PROGRESS_AUTO &&
	    (!status || strcmp(status, "ok") != 0)) {
		line_clear();
		fprintf(stderr, "%s: %s\n", p->name, result);
	}
}

void progress_finish(struct progress *p)
{
	if (p->mode == PROGRESS_AUTO)
		line_clear();
}
