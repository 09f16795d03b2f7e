/* ie-stats pairs: ratios of two things measured side by side, as
 * bench/calibrate.sh writes them. The median of the ratios round by round,
 * with its exact interval: what the machine did to both cancels out. */
#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "stats/commands.h"
#include "stats/rank.h"

#define PAIRS_MAX 1000
#define NAME_MAX_CHARS 31

/* One comparison: all rounds of it. */
struct comparison {
	char target[NAME_MAX_CHARS + 1], peer[NAME_MAX_CHARS + 1], op[16];
	unsigned mib, kib, depth;
	size_t n;
	double ratios[PAIRS_MAX], ours[PAIRS_MAX], theirs[PAIRS_MAX];
	struct comparison *next;
};

static struct comparison *find_or_add(struct comparison **list,
				      const struct comparison *key)
{
	struct comparison *c;

	for (; (c = *list); list = &c->next)
		if (strcmp(c->target, key->target) == 0 &&
		    strcmp(c->peer, key->peer) == 0 &&
		    strcmp(c->op, key->op) == 0 && c->mib == key->mib &&
		    c->kib == key->kib && c->depth == key->depth)
			return c;
	c = calloc(1, sizeof(*c));
	if (!c)
		return NULL;
	memcpy(c, key, offsetof(struct comparison, ratios));
	*list = c;
	return c;
}

static int line_read(struct comparison **list, const char *line,
		     const char *path, size_t number, struct err *e)
{
	struct comparison *key = calloc(1, sizeof(*key));
	struct comparison *c = NULL;
	double ours, theirs;
	int fields;

	if (!key)
		return err_sys(e, -ENOMEM, "read %s", path);
	fields = sscanf(line, "%31s %31s %15s %u %u %u %*u %lf %lf",
			key->target, key->peer, key->op, &key->mib, &key->kib,
			&key->depth, &ours, &theirs);
	if (fields == 8 && isfinite(ours) && isfinite(theirs) && ours > 0 &&
	    theirs > 0)
		c = find_or_add(list, key);
	free(key);
	if (!c)
		return err_set(e, -EINVAL,
			       "read %s:%zu: not a pair: target, peer, op, "
			       "MiB, KiB, depth, round, ours, theirs",
			       path, number);
	if (c->n == PAIRS_MAX)
		return err_set(e, -EINVAL, "read %s:%zu: more than %d rounds",
			       path, number, PAIRS_MAX);
	c->ours[c->n] = ours;
	c->theirs[c->n] = theirs;
	c->ratios[c->n++] = ours / theirs;
	return 0;
}

static int file_read(struct comparison **list, const char *path, struct err *e)
{
	cleanup_free char *line = NULL;
	cleanup_file FILE *f = NULL;
	size_t cap = 0, number = 0;
	int r = 0;

	f = fopen(path, "re");
	if (!f)
		return err_set(e, -EINVAL, "read %s: %s", path,
			       strerror(errno));
	while (r == 0 && getline(&line, &cap, f) > 0)
		if (number++ > 0) /* the first line names the columns */
			r = line_read(list, line, path, number, e);
	if (r == 0 && !*list)
		return err_set(e, -EINVAL, "read %s: no pair in it", path);
	return r;
}

static void comparison_print(struct comparison *c)
{
	char interval[48] = "too few";
	struct ranks ranks;

	rank_sort(c->ratios, c->n);
	rank_sort(c->ours, c->n);
	rank_sort(c->theirs, c->n);
	if (rank_interval(c->n, 0.95, &ranks))
		snprintf(interval, sizeof(interval), "%.2f-%.2f",
			 c->ratios[ranks.lower - 1],
			 c->ratios[ranks.upper - 1]);
	printf("%-7s %-13s %-5s %4uM %5uk d%-3u %3zu %9.1f %9.1f  %5.2f  %s\n",
	       c->target, c->peer, c->op, c->mib, c->kib, c->depth, c->n,
	       rank_median_log(c->ours, c->n) / 1e6,
	       rank_median_log(c->theirs, c->n) / 1e6,
	       rank_median_log(c->ratios, c->n), interval);
}

int cmd_pairs(int argc, char **argv, struct err *e)
{
	struct comparison *list = NULL, *next;
	int r;

	if (argc != 2)
		return err_set(e, -EINVAL, "exactly one FILE.tsv is needed");
	r = file_read(&list, argv[1], e);
	if (r == 0)
		printf("%-7s %-13s %-5s %5s %6s %4s %3s %9s %9s  %5s  %s\n",
		       "target", "peer", "op", "size", "block", "", "n", "ours",
		       "theirs", "ratio", "95 % interval");
	for (struct comparison *c = list; c; c = next) {
		next = c->next;
		if (r == 0)
			comparison_print(c);
		free(c);
	}
	return r;
}
