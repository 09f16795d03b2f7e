/* See macros.h. */
#include "macros.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "stats/tell/fmt.h"
#include "stats/tell/words.h"
#include "units.h"

#define NAME_MAX_LEN 512

struct macro {
	char name[NAME_MAX_LEN];
	size_t len;
	bool capital; /* the next letter begins a word */
};

struct named {
	char *name;
	const struct cell *cell;
};

static void name_add(struct macro *m, const char *text)
{
	static const char *const digits[] = {"Zero",  "One",  "Two", "Three",
					     "Four",  "Five", "Six", "Seven",
					     "Eight", "Nine"};

	m->capital = true;
	for (; *text && m->len + 8 < NAME_MAX_LEN; text++) {
		unsigned char c = (unsigned char)*text;

		if (isdigit(c))
			m->len += (size_t)sprintf(m->name + m->len, "%s",
						  digits[c - '0']);
		else if (isalpha(c))
			m->name[m->len++] = (char)(m->capital ? toupper(c) : c);
		m->capital = !isalpha(c);
	}
	m->name[m->len] = '\0';
}

static void cell_name(struct macro *m, const struct cell *c)
{
	char text[SIZE_TEXT_MAX];
	const struct {
		const char *letter;
		uint64_t value, usual;
	} rest[] = {{"depth", c->depth, 1}, {"jobs", c->jobs, 1}};

	*m = (struct macro){.name = "ie", .len = 2};
	name_add(m, c->target);
	name_add(m, c->op);
	name_add(m, c->cache);
	if (c->build) {
		name_add(m, c->build);
		name_add(m, c->home);
		return;
	}
	name_add(m, size_format(c->size_bytes, text));
	if (c->block_bytes != 65536) {
		name_add(m, "block");
		name_add(m, size_format(c->block_bytes, text));
	}
	for (size_t i = 0; i < ARRAY_SIZE(rest); i++) {
		if (rest[i].value == rest[i].usual)
			continue;
		snprintf(text, sizeof(text), "%" PRIu64, rest[i].value);
		name_add(m, rest[i].letter);
		name_add(m, text);
	}
	name_add(m, c->variant);
}

static void tex_print(const char *text, FILE *out)
{
	for (; *text; text++) {
		switch (*text) {
		case '\\':
			fputs("\\textbackslash{}", out);
			break;
		case '~':
			fputs("\\textasciitilde{}", out);
			break;
		case '^':
			fputs("\\textasciicircum{}", out);
			break;
		default:
			if (strchr("#$%&_{}", *text))
				fputc('\\', out);
			fputc(*text, out);
		}
	}
}

static void text_macro(const char *name, const char *value, FILE *out)
{
	fprintf(out, "\\newcommand{\\ie%s}{", name);
	tex_print(value, out);
	fputs("}\n", out);
}

static void count_macro(const char *name, size_t value, FILE *out)
{
	fprintf(out, "\\newcommand{\\ie%s}{%zu}\n", name, value);
}

/* A text of each run, or its machine where there is no key. */
static const char *run_fact(const struct run *r, const char *key,
			    char words[WORDS_MAX])
{
	return key ? run_text(r, key) : words_machine(r, words);
}

/* The values of a key, each once. */
static int list_macro(const char *name, const char *key,
		      const struct runs *runs, FILE *out, struct err *e)
{
	cleanup_free char(*words)[WORDS_MAX] =
		calloc(runs->count, sizeof(*words));
	struct hsearch_data seen = {0};

	if (!words || !hcreate_r(runs->count + runs->count / 2 + 1, &seen))
		return err_sys(e, -ENOMEM, "write the macros");
	fprintf(out, "\\newcommand{\\ie%s}{", name);
	for (size_t i = 0; i < runs->count; i++) {
		ENTRY new = {(char *)run_fact(&runs->list[i], key, words[i]),
			     &runs->list[i]};
		ENTRY *first = &new;

		hsearch_r(new, ENTER, &first, &seen); /* there is room */
		if (first->data != new.data)
			continue;
		fputs(i ? ", " : "", out);
		tex_print(new.key, out);
	}
	fputs("}\n", out);
	hdestroy_r(&seen);
	return 0;
}

static int facts_print(const struct runs *runs, FILE *out, struct err *e)
{
	static const char *const lists[][2] = {
		{"RunIds", "run_id"},
		{"RunsStarted", "started"},
		{"RunPlans", "plan"},
		{"RunPlanSums", "plan_sha256"},
		{"RunSites", "site"},
		{"RunHostCpus", "host.cpu.model"},
		{"RunMachines", NULL},
		{"RunHostKernels", "host.kernel"},
		{"RunHostSystems", "host.os"},
	};
	size_t ok = 0;
	size_t failed = 0;
	size_t invalid = 0;

	for (size_t i = 0; i < runs->count; i++) {
		ok += runs->list[i].ok;
		failed += runs->list[i].failed;
		invalid += runs->list[i].invalid;
	}
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		int ret = list_macro(lists[i][0], lists[i][1], runs, out, e);

		if (ret < 0)
			return ret;
	}
	count_macro("RunCount", runs->count, out);
	count_macro("RunBlocks",
		    (size_t)json_integer_value(
			    json_object_get(runs->list[0].record, "blocks")),
		    out);
	count_macro("RunCells", runs->cells.count, out);
	count_macro("RunSamples", ok + failed + invalid, out);
	count_macro("RunSamplesOk", ok, out);
	count_macro("RunSamplesFailed", failed, out);
	count_macro("RunSamplesInvalid", invalid, out);
	text_macro("RunUnit", "MB/s", out);
	return 0;
}

static void cell_print(const struct cell *c, FILE *out)
{
	double scale = c->unit.scale, shown = c->value.median / scale;
	int d = fmt_decimals(shown);
	struct macro m;

	cell_name(&m, c);
	fprintf(out, "%% %s\n", c->name);
	if (c->state > CELL_FEW) {
		fprintf(out, "\\newcommand{\\%s}{\\textit{%s}}\n", m.name,
			c->state == CELL_FAILED ? "failed" : "invalid");
		return;
	}
	fprintf(out, "\\newcommand{\\%s}{%.*f}\n", m.name, d, shown);
	if (c->state == CELL_FEW)
		return;
	fprintf(out, "\\newcommand{\\%sLo}{%.*f}\n", m.name, d,
		c->value.lo / scale);
	fprintf(out, "\\newcommand{\\%sHi}{%.*f}\n", m.name, d,
		c->value.hi / scale);
}

static int named_compare(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name,
		      ((const struct named *)b)->name);
}

static int twice_find(struct named *list, size_t n, struct err *e)
{
	qsort(list, n, sizeof(*list), named_compare);
	for (size_t i = 1; i < n; i++)
		if (strcmp(list[i - 1].name, list[i].name) == 0)
			return err_set(e, -EINVAL,
				       "name the macros: %s and %s would both "
				       "be \\%s",
				       list[i - 1].cell->name,
				       list[i].cell->name, list[i].name);
	return 0;
}

static int names_check(const struct cells *cells, struct err *e)
{
	cleanup_free struct named *list =
		calloc(cells->count + 1, sizeof(*list));
	int ret = list ? 0 : err_sys(e, -ENOMEM, "name the macros");
	size_t n = 0;

	for (; n < cells->count && ret == 0; n++) {
		struct macro m;

		cell_name(&m, cells->sorted[n]);
		list[n].cell = cells->sorted[n];
		list[n].name = strdup(m.name);
		if (!list[n].name)
			ret = err_sys(e, -ENOMEM, "name the macros");
	}
	if (ret == 0)
		ret = twice_find(list, n, e);
	for (size_t i = 0; i < n; i++)
		free(list[i].name);
	return ret;
}

int macros_print(const struct runs *runs, FILE *out, struct err *e)
{
	const struct cells *cells = &runs->cells;
	int ret = names_check(cells, e);

	if (ret < 0)
		return ret;
	fputs("% made by ie-stats export; speeds in MB/s (10^6 bytes/s)\n",
	      out);
	ret = facts_print(runs, out, e);
	for (size_t i = 0; i < cells->count && ret == 0; i++)
		cell_print(cells->sorted[i], out);
	return ret;
}
