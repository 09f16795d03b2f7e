/* The study's two guesses, answered in sentences from the effects; see
 * effects.h. It says what was measured and claims no more. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "effects.h"
#include "stats/tell/range.h"

#define RANGE_MAX (3 * FMT_MAX)
/* of each comparison: the intervals' 95 % */
#define ALPHA 0.05

static char *plain(double v, char buf[FMT_MAX])
{
	snprintf(buf, FMT_MAX, "%.*f", v >= 99.95 ? 0 : fmt_decimals(v), v);
	return buf;
}

static char *seconds(double v, char buf[FMT_MAX])
{
	snprintf(buf, FMT_MAX, "%.*f s", v == 0 ? 0 : fmt_decimals(v), v);
	return buf;
}

static char *megabytes(double v, char buf[FMT_MAX])
{
	v /= 1e6;
	snprintf(buf, FMT_MAX, "%.*f MB", v == 0 ? 0 : fmt_decimals(v), v);
	return buf;
}

static char *count(double v, char buf[FMT_MAX])
{
	snprintf(buf, FMT_MAX, "%.0f", v);
	return buf;
}

static char *thousands(double v, char buf[FMT_MAX])
{
	snprintf(buf, FMT_MAX, "%.*f thousand", fmt_decimals(v / 1e3), v / 1e3);
	return buf;
}

enum side { OF, TO };

/* What a kind of effect has on one side, from the smallest to the largest. */
static char *causes(const struct effects *effects, enum effect_kind kind,
		    enum side side, enum cause cause,
		    char *(*fmt)(double, char[FMT_MAX]), char buf[RANGE_MAX])
{
	struct range r = RANGE_NONE;

	for (size_t i = 0; i < effects->count; i++) {
		const struct effect *f = &effects->list[i];

		if (f->kind == kind)
			range_add(&r,
				  (side == OF ? f->of : f->to)->causes[cause]);
	}
	range_text(&r, fmt, buf, RANGE_MAX);
	return buf;
}

struct times {
	size_t count, known, even; /* with an interval; around 1 */
	char text[RANGE_MAX], calls[RANGE_MAX];
	char shown[RANGE_MAX]; /* what would have been shown; "-" nothing */
	char counted[64 + RANGE_MAX]; /* what the calls are of */
};

/* A change of a time, which is longer. */
static char *longer(double shift, char buf[FMT_MAX])
{
	snprintf(buf, FMT_MAX, "%.2g %%", expm1(shift) * 100);
	return buf;
}

/* Builds of a cell whose system calls were counted. */
static size_t counted(const struct cell *cell)
{
	size_t n = 0;

	for (size_t i = 0; i < cell->ok; i++)
		n += !isnan(cell->points[i].causes[CAUSE_CALLS]);
	return n;
}

/* A ratio of what was counted once says nothing of how much it varies. */
static void counted_text(const struct range *r, char *buf, size_t size)
{
	char n[RANGE_MAX];

	range_text(r, count, n, sizeof(n));
	if (r->max == 1)
		snprintf(buf, size, "one build of each was counted");
	else
		snprintf(buf, size, "medians of %s builds, without an interval",
			 n);
}

static struct times times_of(const struct effects *effects,
			     enum effect_kind kind)
{
	struct range r = RANGE_NONE, calls = RANGE_NONE, shown = RANGE_NONE;
	struct range builds = RANGE_NONE;
	struct times t = {.count = 0};

	for (size_t i = 0; i < effects->count; i++) {
		const struct effect *f = &effects->list[i];
		const struct span *s = &f->shift.at95;

		if (f->kind != kind)
			continue;
		t.count++;
		t.known += s->known;
		t.even += s->known && s->lo <= 0 && s->hi >= 0;
		range_add(&r, exp(f->shift.shift));
		range_add(&shown, shift_smallest(&f->shift, ALPHA));
		range_add(&builds, (double)counted(f->of));
		range_add(&builds, (double)counted(f->to));
		range_add(&calls, f->of->causes[CAUSE_CALLS] /
					  f->to->causes[CAUSE_CALLS]);
	}
	range_text(&r, plain, t.text, sizeof(t.text));
	range_text(&calls, plain, t.calls, sizeof(t.calls));
	range_text(&shown, longer, t.shown, sizeof(t.shown));
	counted_text(&builds, t.counted, sizeof(t.counted));
	return t;
}

static void rootless_answer(const struct effects *f, FILE *out)
{
	struct times t = times_of(f, EFFECT_ROOTLESS);
	char b[4][RANGE_MAX];

	if (t.count == 0)
		return;
	fprintf(out,
		"Is rootless what is slow? On the same storage driver rootless "
		"Podman takes %s times as long as rootful; ",
		t.text);
	if (t.known)
		fprintf(out,
			"%zu of %zu intervals hold 1; %s longer would have "
			"shown.\n",
			t.even, t.known,
			strcmp(t.shown, "-") == 0 ? "nothing" : t.shown);
	else
		fputs("too few samples for an interval.\n", out);
	if (strcmp(t.calls, "-") == 0) {
		fprintf(out,
			"Does it make more system calls? They could not be "
			"counted here.\n");
		return;
	}
	fprintf(out,
		"Does it make more system calls? It makes %s times as many "
		"(%s): %s in a build, rootful %s; %s a second, rootful %s.\n",
		t.calls, t.counted,
		causes(f, EFFECT_ROOTLESS, OF, CAUSE_CALLS, thousands, b[0]),
		causes(f, EFFECT_ROOTLESS, TO, CAUSE_CALLS, thousands, b[1]),
		causes(f, EFFECT_ROOTLESS, OF, CAUSE_CALL_RATE, thousands,
		       b[2]),
		causes(f, EFFECT_ROOTLESS, TO, CAUSE_CALL_RATE, thousands,
		       b[3]));
}

/* None of its processes ran: it slept, or waited for the disk, or for a
 * processor where others had them. */
static void idle_answer(const struct effects *f, FILE *out)
{
	char b[3][RANGE_MAX];

	causes(f, EFFECT_VFS, OF, CAUSE_IDLE, seconds, b[0]);
	causes(f, EFFECT_FUSE, OF, CAUSE_IDLE, seconds, b[1]);
	causes(f, EFFECT_VFS, TO, CAUSE_IDLE, seconds, b[2]);
	if (strcmp(b[0], "0 s") == 0 && strcmp(b[1], "0 s") == 0)
		fputs("Does it wait? Not that this run can tell: a build's "
		      "processes were always busy.\n",
		      out);
	else
		fprintf(out,
			"Does it wait? Without a native diff of layers, none "
			"of a build's processes runs for at least %s on vfs "
			"and %s on fuse-overlayfs; with one, on overlay, for "
			"at least %s%s.\n",
			b[0], b[1], b[2],
			strcmp(b[2], "0 s") == 0
				? ", which bounds nothing: with several "
				  "processors a build may wait and still be as "
				  "busy"
				: "");
}

static void driver_answer(const struct effects *f, FILE *out)
{
	struct times vfs = times_of(f, EFFECT_VFS);
	struct times fuse = times_of(f, EFFECT_FUSE);
	char b[6][RANGE_MAX];

	if (vfs.count) {
		fprintf(out,
			"Is vfs what is slow? For the same user it takes %s "
			"times as long as overlay",
			vfs.text);
		if (strcmp(vfs.calls, "-") != 0)
			fprintf(out,
				", with %s times as many system calls "
				"(%s)",
				vfs.calls, vfs.counted);
		fputs(".\n", out);
	}
	if (vfs.count)
		fprintf(out,
			"Does it lack deduplication? It copies: a build adds "
			"%s "
			"and %s files to its store, on overlay %s and %s; "
			"written to disk are %s, on overlay %s.\n",
			causes(f, EFFECT_VFS, OF, CAUSE_STORE, megabytes, b[0]),
			causes(f, EFFECT_VFS, OF, CAUSE_FILES, count, b[1]),
			causes(f, EFFECT_VFS, TO, CAUSE_STORE, megabytes, b[2]),
			causes(f, EFFECT_VFS, TO, CAUSE_FILES, count, b[3]),
			causes(f, EFFECT_VFS, OF, CAUSE_WRITTEN, megabytes,
			       b[4]),
			causes(f, EFFECT_VFS, TO, CAUSE_WRITTEN, megabytes,
			       b[5]));
	if (fuse.count)
		fprintf(out,
			"Copies are not all of it: fuse-overlayfs adds %s to "
			"its "
			"store, and takes %s times as long as overlay for the "
			"same user.\n",
			causes(f, EFFECT_FUSE, OF, CAUSE_STORE, megabytes,
			       b[0]),
			fuse.text);
	if (vfs.count && fuse.count)
		idle_answer(f, out);
}

static void ie_answer(const struct effects *f, FILE *out)
{
	static const struct {
		enum effect_kind kind;
		const char *against;
	} sides[] = {{EFFECT_IE, "rootful Podman"},
		     {EFFECT_IE_ROOTLESS, "rootless Podman on overlay"}};
	size_t said = 0;

	for (size_t i = 0; i < ARRAY_SIZE(sides); i++) {
		struct times t = times_of(f, sides[i].kind);

		if (t.count)
			fprintf(out, "%s %s times as long as %s",
				said++ ? ", and" : "And ie-podman? It takes",
				t.text, sides[i].against);
		if (t.count && strcmp(t.calls, "-") != 0)
			fprintf(out,
				", with %s times as many system calls (%s)",
				t.calls, t.counted);
	}
	if (said)
		fputs(".\n", out);
}

static void rest_answer(const struct effects *f, FILE *out)
{
	struct times home = times_of(f, EFFECT_HOME);
	struct times jobs = times_of(f, EFFECT_JOBS);
	struct times docker = times_of(f, EFFECT_STUDY);
	struct times ie = times_of(f, EFFECT_STUDY_IE);

	if (home.count)
		fprintf(out,
			"Is it the home? Elsewhere than on the local disk the "
			"same engine takes %s times as long.\n",
			home.text);
	if (jobs.count)
		fprintf(out,
			"Do stages at once help? With them the same engine "
			"takes %s times as long.\n",
			jobs.text);
	if (docker.count)
		fprintf(out,
			"What the study compared: rootless Podman on vfs takes "
			"%s times as long as Docker%s%s%s.\n",
			docker.text, ie.count ? ", " : "",
			ie.count ? ie.text : "",
			ie.count ? " times as long as ie-podman" : "");
}

static void answers_write(const struct effects *effects, FILE *out)
{
	rootless_answer(effects, out);
	driver_answer(effects, out);
	ie_answer(effects, out);
	rest_answer(effects, out);
}

char *effects_answers(const struct effects *effects, struct err *e)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (f)
		answers_write(effects, f);
	if (!f || fclose(f) != 0) {
		free(text);
		err_sys(e, -ENOMEM, "write the answers");
		return NULL;
	}
	return text;
}
