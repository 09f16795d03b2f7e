/* See effects.h. The sentences are in answers.c. */
#include "effects.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "stats/tell/fmt.h"
#include "stats/read/sides.h"
#include "stats/tell/values.h"

/* Engines by their drivers: two that differ in one thing. */
static const struct contrast {
	enum effect_kind kind;
	const char *name, *of, *to;
} contrasts[] = {
	{EFFECT_ROOTLESS, "rootless vs rootful, overlay",
	 "podman-rootless-overlay", "podman"},
	{EFFECT_ROOTLESS, "rootless vs rootful, fuse-overlayfs",
	 "podman-rootless-fuse", "podman-fuse"},
	{EFFECT_ROOTLESS, "rootless vs rootful, vfs", "podman-rootless-vfs",
	 "podman-vfs"},
	{EFFECT_FUSE, "fuse-overlayfs vs overlay, rootful", "podman-fuse",
	 "podman"},
	{EFFECT_FUSE, "fuse-overlayfs vs overlay, rootless",
	 "podman-rootless-fuse", "podman-rootless-overlay"},
	{EFFECT_VFS, "vfs vs overlay, rootful", "podman-vfs", "podman"},
	{EFFECT_VFS, "vfs vs overlay, rootless", "podman-rootless-vfs",
	 "podman-rootless-overlay"},
	{EFFECT_IE, "ie-podman vs rootful, overlay", "ie-podman", "podman"},
	{EFFECT_IE_ROOTLESS, "ie-podman vs rootless, overlay", "ie-podman",
	 "podman-rootless-overlay"},
	{EFFECT_STUDY, "rootless vfs vs Docker", "podman-rootless-vfs",
	 "docker"},
	{EFFECT_STUDY_IE, "rootless vfs vs ie-podman", "podman-rootless-vfs",
	 "ie-podman"},
};

static bool usable(const struct cell *c)
{
	return c->build && c->state <= CELL_FEW;
}

static int effect_add(struct effects *out, struct mw_cache *cache,
		      enum effect_kind kind, char *name, const struct cell *of,
		      const struct cell *to, struct err *e)
{
	struct effect *more =
		reallocarray(out->list, out->count + 1, sizeof(*more));
	struct effect *last;
	int ret;

	if (!more || !name) {
		free(name);
		out->list = more ? more : out->list;
		return err_sys(e, -ENOMEM, "compare %s", of->name);
	}
	out->list = more;
	last = &more[out->count++];
	*last = (struct effect){kind, name, of, to, {0}};
	ret = sides_shift(&last->shift, cache, to, of, sides_by_session(to, of),
			  e);
	/* of speeds: the times' is the other way round */
	shift_turn(&last->shift);
	return ret;
}

static int contrast_add(struct effects *out, struct mw_cache *cache,
			const struct cells *cells, const struct contrast *c,
			const struct cell *of, struct err *e)
{
	for (size_t i = 0; i < cells->count; i++) {
		const struct cell *to = cells->sorted[i];

		if (usable(to) && strcmp(to->driver, c->to) == 0 &&
		    strcmp(to->suffix, of->suffix) == 0)
			return effect_add(out, cache, c->kind, strdup(c->name),
					  of, to, e);
	}
	return 0;
}

/* Against the cell that is called `base` in place of its own name. */
static int base_add(struct effects *out, struct mw_cache *cache,
		    const struct cells *cells, enum effect_kind kind,
		    const struct cell *of, const char *base, char *name,
		    struct err *e)
{
	const struct cell *to = cells_find(cells, base);

	if (to && to != of && usable(to))
		return effect_add(out, cache, kind, name, of, to, e);
	free(name);
	return 0;
}

/* The same engine and build with its images elsewhere. */
static int home_add(struct effects *out, struct mw_cache *cache,
		    const struct cells *cells, const struct cell *of,
		    struct err *e)
{
	size_t stem = strlen(of->name) - strlen(of->home);
	cleanup_free char *local = NULL;
	char *name;

	if (asprintf(&local, "%.*slocal", (int)stem, of->name) < 0) {
		local = NULL;
		return err_sys(e, -ENOMEM, "compare %s", of->name);
	}
	if (asprintf(&name, "home %s vs local, %s", of->home, of->target) < 0)
		name = NULL;
	return base_add(out, cache, cells, EFFECT_HOME, of, local, name, e);
}

/* The same engine and build, one stage after the other. */
static int jobs_add(struct effects *out, struct mw_cache *cache,
		    const struct cells *cells, const struct cell *of,
		    struct err *e)
{
	size_t end = strlen(of->name) - strlen(of->home) - 1;
	cleanup_free char *one = NULL;
	char suffix[24], *name;
	size_t n;

	if (of->jobs <= 1)
		return 0;
	n = (size_t)snprintf(suffix, sizeof(suffix), "-j%" PRIu64, of->jobs);
	if (asprintf(&one, "%.*s/%s", (int)(end - n), of->name, of->home) < 0) {
		one = NULL;
		return err_sys(e, -ENOMEM, "compare %s", of->name);
	}
	if (asprintf(&name, "%" PRIu64 " stages at once vs one, %s", of->jobs,
		     of->target) < 0)
		name = NULL;
	return base_add(out, cache, cells, EFFECT_JOBS, of, one, name, e);
}

/* Those for which a function finds the other cell. */
static int others_add(struct effects *out, struct mw_cache *cache,
		      const struct cells *cells,
		      int (*add)(struct effects *, struct mw_cache *,
				 const struct cells *, const struct cell *,
				 struct err *),
		      struct err *e)
{
	int ret = 0;

	for (size_t i = 0; i < cells->count && ret == 0; i++)
		if (usable(cells->sorted[i]))
			ret = add(out, cache, cells, cells->sorted[i], e);
	return ret;
}

static int kinds_find(struct effects *out, struct mw_cache *cache,
		      const struct cells *cells, struct err *e)
{
	int ret = 0;

	for (size_t k = 0; k < ARRAY_SIZE(contrasts); k++)
		for (size_t i = 0; i < cells->count && ret == 0; i++)
			if (usable(cells->sorted[i]) &&
			    strcmp(cells->sorted[i]->driver, contrasts[k].of) ==
				    0)
				ret = contrast_add(out, cache, cells,
						   &contrasts[k],
						   cells->sorted[i], e);
	if (ret == 0)
		ret = others_add(out, cache, cells, home_add, e);
	return ret < 0 ? ret : others_add(out, cache, cells, jobs_add, e);
}

int effects_find(struct effects *out, const struct cells *cells, struct err *e)
{
	struct mw_cache *cache = calloc(1, sizeof(*cache));
	int ret;

	*out = (struct effects){.count = 0};
	if (!cache)
		return err_sys(e, -ENOMEM, "compare builds");
	ret = kinds_find(out, cache, cells, e);
	mw_cache_free(cache);
	free(cache);
	if (ret < 0)
		effects_free(out);
	return ret;
}

void effects_free(struct effects *effects)
{
	for (size_t i = 0; i < effects->count; i++)
		free(effects->list[i].name);
	free(effects->list);
	*effects = (struct effects){.count = 0};
}

static size_t effect_values(const struct effect *f, struct value *v)
{
	const struct span *s = &f->shift.at95;
	size_t n = 0;

	v[n++] = value_text("effect", f->name);
	v[n++] = value_text("case", f->of->name);
	v[n++] = value_text("against", f->to->name);
	v[n++] = value_text("cache", f->of->cache);
	v[n++] = value_text("build", f->of->build);
	v[n++] = value_text("home", f->of->home);
	v[n++] = value_count("n", f->shift.n);
	v[n++] = value_count("against_n", f->shift.m);
	v[n++] = value_rounded("ratio", exp(f->shift.shift));
	v[n++] = value_rounded("lo", s->known ? exp(s->lo) : NAN);
	v[n++] = value_rounded("hi", s->known ? exp(s->hi) : NAN);
	v[n++] = value_rounded("coverage", s->known ? s->coverage : NAN);
	v[n++] = value_rounded("p", f->shift.p);
	return n;
}

int effects_tsv(const struct runs *runs, FILE *out, struct err *e)
{
	struct effects effects;
	int ret = effects_find(&effects, &runs->cells, e);

	for (size_t i = 0; ret == 0 && i < effects.count; i++) {
		struct value v[VALUES_MAX];
		size_t n = effect_values(&effects.list[i], v);

		if (i == 0)
			values_tsv_header(v, n, out);
		values_tsv(v, n, out);
	}
	if (ret == 0)
		effects_free(&effects);
	return ret;
}

char *effect_text(const struct effect *f, char *buf, size_t size)
{
	const struct span *s = &f->shift.at95;
	double ratio = exp(f->shift.shift);
	int d = fmt_decimals(ratio);

	if (s->known)
		snprintf(buf, size, "%.*f [%.*f-%.*f]", d, ratio, d, exp(s->lo),
			 d, exp(s->hi));
	else
		snprintf(buf, size, "%.*f", d, ratio);
	return buf;
}
