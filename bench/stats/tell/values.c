/* See values.h. */
#include "values.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "cleanup.h"
#include "fmt.h"

struct list {
	struct value *v;
	size_t n;
};

struct value value_text(const char *name, const char *text)
{
	return (struct value){
		.name = name,
		.type = VALUE_TEXT,
		.text = text && *text ? text : NULL,
	};
}

struct value value_count(const char *name, uint64_t count)
{
	return (struct value){
		.name = name, .type = VALUE_COUNT, .count = count};
}

struct value value_real(const char *name, double real)
{
	return (struct value){.name = name, .type = VALUE_REAL, .real = real};
}

struct value value_rounded(const char *name, double real)
{
	char text[FMT_MAX];

	snprintf(text, sizeof(text), "%.9g", real);
	return value_real(name, isnan(real) ? real : strtod(text, NULL));
}

static void add_text(struct list *l, const char *name, const char *text)
{
	l->v[l->n++] = value_text(name, text);
}

static void add_count(struct list *l, const char *name, uint64_t count)
{
	l->v[l->n++] = value_count(name, count);
}

static void add_real(struct list *l, const char *name, double real)
{
	l->v[l->n++] = value_real(name, real);
}

/* Builds have none. */
static void add_shape(struct list *l, const char *name, const struct cell *cell,
		      uint64_t count)
{
	if (cell->build)
		add_text(l, name, NULL);
	else
		add_count(l, name, count);
}

size_t values_identity(const struct cell *cell, struct value *out)
{
	struct list l = {out, 0};

	add_text(&l, "case", cell->name);
	add_text(&l, "target", cell->target);
	add_text(&l, "driver", cell->driver);
	add_text(&l, "op", cell->op);
	add_text(&l, "cache", cell->cache);
	add_shape(&l, "size_bytes", cell, cell->size_bytes);
	add_shape(&l, "block_bytes", cell, cell->block_bytes);
	add_shape(&l, "depth", cell, cell->depth);
	add_shape(&l, "jobs", cell, cell->jobs);
	add_text(&l, "variant", cell->variant);
	add_text(&l, "role", cell->is_limit ? "limit" : NULL);
	return l.n;
}

static const char *state_name(enum cell_state state)
{
	static const char *const names[] = {
		[CELL_GOOD] = "ok",
		[CELL_FEW] = "too few",
		[CELL_FAILED] = "failed",
		[CELL_INVALID] = "invalid",
	};

	return names[state];
}

static const char *const percentile_columns[PERCENTILES] = {
	"p50_ns", "p90_ns", "p99_ns", "p999_ns"};

/* Of the sample where it is least; none where one does not say. */
static void add_checked(struct list *l, const struct checked *c)
{
	bool said = c->compared && !c->unrecorded;

	add_real(l, "verified_bytes", said ? (double)c->bytes : NAN);
	add_real(l, "verified_of_bytes", said ? (double)c->of : NAN);
	add_text(l, "verified_from", c->from);
}

size_t values_cell(const struct cell *cell, struct value *out)
{
	struct list l = {out, values_identity(cell, out)};
	const struct estimate *b = &cell->value;
	bool shown = cell->state <= CELL_FEW;
	bool range = shown && b->interval;

	add_text(&l, "state", state_name(cell->state));
	add_count(&l, "n", cell->ok);
	add_count(&l, "failed", cell->failed);
	add_count(&l, "invalid", cell->invalid);
	add_text(&l, "unit", cell->unit.name);
	add_real(&l, "median", shown ? b->median : NAN);
	add_real(&l, "lo", range ? b->lo : NAN);
	add_real(&l, "hi", range ? b->hi : NAN);
	add_real(&l, "coverage",
		 range && !estimate_pooled(b) ? b->coverage : NAN);
	add_count(&l, "sessions", b->sessions);
	add_text(&l, "values",
		 !b->n		      ? NULL
		 : b->by_session      ? "session medians"
		 : estimate_pooled(b) ? "pooled samples"
				      : "samples");
	add_real(&l, "min", shown ? b->min : NAN);
	add_real(&l, "max", shown ? b->max : NAN);
	add_text(&l, "limit", cell->limit ? cell->limit->target : NULL);
	add_real(&l, "share", shown && cell->limit ? cell->share : NAN);
	add_real(&l, "cold_ratio", shown ? cell->cold_ratio : NAN);
	add_count(&l, "verified", cell->checked.compared);
	add_checked(&l, &cell->checked);
	for (unsigned p = 0; p < PERCENTILES; p++)
		add_real(&l, percentile_columns[p],
			 shown ? cell->latency_ns[p] : NAN);
	add_text(&l, "reason", cell->reason);
	add_text(&l, "failed_reason", cell->failed_reason);
	add_text(&l, "invalid_reason", cell->invalid_reason);
	return l.n;
}

size_t values_causes(const struct cell *cell, struct value *out)
{
	struct list l = {out, 0};
	bool shown = cell->state <= CELL_FEW;

	if (!cell->build)
		return 0;
	add_text(&l, "build", cell->build);
	add_text(&l, "home", cell->home);
	for (enum cause k = 0; k < CAUSES; k++)
		add_real(&l, cause_infos[k].column,
			 shown ? cell->causes[k] : NAN);
	return l.n;
}

size_t values_survival(const struct cell *cell, struct value *out)
{
	const struct survival *s = &cell->survival;
	struct list l = {out, 0};

	if (!s->cuts)
		return 0;
	add_text(&l, "cut", s->kind);
	add_count(&l, "cuts", s->cuts);
	add_count(&l, "kept", s->kept);
	add_real(&l, "intact_min", s->intact.min);
	add_real(&l, "intact_max", s->intact.max);
	add_real(&l, "control_min", s->control.min);
	add_real(&l, "control_max", s->control.max);
	return l.n;
}

/* Which sample it is: its cell and its place. */
static struct list values_place(const struct runs *runs,
				const struct cell *cell, const struct point *p,
				struct value *out)
{
	struct list l = {out, values_identity(cell, out)};

	add_text(&l, "run_id", run_text(&runs->list[p->run], "run_id"));
	add_count(&l, "session", p->session);
	add_count(&l, "block", p->block);
	add_count(&l, "position", p->position);
	add_text(&l, "unit", cell->unit.name);
	return l;
}

size_t values_step(const struct runs *runs, const struct cell *cell,
		   const struct series_kept *s, size_t step, struct value *out)
{
	struct list l = values_place(runs, cell, &s->point, out);

	add_real(&l, "start_ns", (double)step * s->step_ns);
	add_real(&l, "value", (double)s->bytes[step] * 1e9 / s->step_ns);
	return l.n;
}

size_t values_sample(const struct runs *runs, const struct cell *cell,
		     const struct point *p, struct value *out)
{
	struct list l = values_place(runs, cell, p, out);

	add_real(&l, "value", p->value);
	add_real(&l, "cold_ratio", p->cold_ratio);
	for (unsigned k = 0; k < PERCENTILES; k++)
		add_real(&l, percentile_columns[k], p->latency_ns[k]);
	return l.n;
}

void values_tsv_header(const struct value *v, size_t n, FILE *out)
{
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s%c", v[i].name, i + 1 < n ? '\t' : '\n');
}

/* gnuplot and R both take double quotes for quoting */
static void tsv_text(const char *text, FILE *out)
{
	for (; *text; text++)
		fputc(*text == '\t' ? ' ' : *text == '"' ? '\'' : *text, out);
}

void values_tsv(const struct value *v, size_t n, FILE *out)
{
	char buf[FMT_MAX];

	for (size_t i = 0; i < n; i++) {
		if (v[i].type == VALUE_TEXT)
			tsv_text(v[i].text ? v[i].text : "NA", out);
		else if (v[i].type == VALUE_COUNT)
			fprintf(out, "%" PRIu64, v[i].count);
		else
			fputs(fmt_exact(v[i].real, buf), out);
		fputc(i + 1 < n ? '\t' : '\n', out);
	}
}

void values_json_text(const char *text, FILE *out)
{
	json_t *string = json_string(text);

	json_dumpf(string, out, JSON_ENCODE_ANY);
	json_decref(string);
}

void values_json(const struct value *v, size_t n, FILE *out)
{
	char buf[FMT_MAX];

	for (size_t i = 0; i < n; i++) {
		fprintf(out, "%c\"%s\":", i ? ',' : '{', v[i].name);
		if (v[i].type == VALUE_COUNT)
			fprintf(out, "%" PRIu64, v[i].count);
		else if (v[i].type == VALUE_REAL && !isnan(v[i].real))
			fputs(fmt_exact(v[i].real, buf), out);
		else if (v[i].type == VALUE_TEXT && v[i].text)
			values_json_text(v[i].text, out);
		else
			fputs("null", out);
	}
	fputc('}', out);
}
