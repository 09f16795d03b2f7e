/* See checked.h. */
#include "checked.h"

#include <stdio.h>
#include <string.h>
#include <sys/param.h>

#include "cleanup.h"

/* What answered, the best first; texts that live as long as the program. */
static const char *const sources[] = {"storage", "servers", "cache"};

static size_t source_rank(const char *from)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(sources) && strcmp(sources[i], from) != 0)
		i++;
	return i;
}

static void from_add(struct checked *c, const char *from)
{
	size_t rank = from && *from ? source_rank(from) : ARRAY_SIZE(sources);

	if (rank < ARRAY_SIZE(sources) &&
	    (!c->from || rank > source_rank(c->from)))
		c->from = sources[rank];
}

static void least_add(struct checked *c, uint64_t bytes, uint64_t of,
		      uint64_t block)
{
	if (of == 0 || (c->of && (double)bytes / (double)of >=
					 (double)c->bytes / (double)c->of))
		return;
	c->bytes = bytes;
	c->of = of;
	c->block = block;
}

void checked_add(struct checked *c, const struct record *r)
{
	const struct scan_node *verified = r->fields[F_VERIFIED];

	c->ok++;
	if (!verified || verified->type != SCAN_TRUE)
		return;
	c->compared++;
	from_add(c, record_text(r, F_VERIFIED_FROM));
	if (r->fields[F_VERIFIED_BYTES])
		least_add(c, record_count(r, F_VERIFIED_BYTES),
			  record_count(r, F_BYTES),
			  record_count(r, F_BLOCK_SIZE));
	else
		c->unrecorded++;
}

void checked_merge(struct checked *c, const struct checked *more)
{
	c->ok += more->ok;
	c->compared += more->compared;
	c->unrecorded += more->unrecorded;
	least_add(c, more->bytes, more->of, more->block);
	from_add(c, more->from);
}

/* "1,024" */
static char *thousands(uint64_t n, char buf[32])
{
	char digits[24];
	size_t len, k = 0;

	snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
	len = strlen(digits);
	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			buf[k++] = ',';
		buf[k++] = digits[i];
	}
	buf[k] = '\0';
	return buf;
}

static void share_text(const struct checked *c, char *buf, size_t size)
{
	char part[32], all[32];

	if (c->unrecorded)
		snprintf(buf, size, "not recorded");
	else if (c->bytes >= c->of)
		snprintf(buf, size, "all");
	else
		snprintf(buf, size, "%s of %s blocks",
			 thousands(howmany(c->bytes, MAX(c->block, 1)), part),
			 thousands(howmany(c->of, MAX(c->block, 1)), all));
}

char *checked_text(const struct checked *c, char buf[CHECKED_TEXT_MAX])
{
	size_t n = 0;

	if (c->compared == 0) {
		snprintf(buf, CHECKED_TEXT_MAX, "%s", c->ok ? "none" : "-");
		return buf;
	}
	if (c->compared < c->ok)
		n = (size_t)snprintf(buf, CHECKED_TEXT_MAX,
				     "%zu of %zu samples: ", c->compared,
				     c->ok);
	share_text(c, buf + n, CHECKED_TEXT_MAX - n);
	n = strlen(buf);
	if (c->from)
		snprintf(buf + n, CHECKED_TEXT_MAX - n, " (%s)", c->from);
	return buf;
}
