/* See tar_entry.h. Format: POSIX.1-2008, pax, "ustar Interchange Format" and
 * "pax Header Block"; GNU tar's manual, "Basic Tar Format", for types L and K
 * and numbers in base 256. */
#include "tar_entry.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

#define MAX_EXTENDED (1u << 20) /* of a pax header or a long name */
#define MAX_OWNER 07777777	/* that the field holds */
#define NOBODY 65534

int tar_odd(struct err *e, const char *what)
{
	return err_set(e, -EBADMSG, "the image's files: no tar stream: %s",
		       what);
}

/* Octal, or base 256 where the first bit is set. False: too large or none. */
static bool number(const char *p, size_t n, uint64_t *out)
{
	uint64_t v = 0;
	size_t i = 0;

	if ((unsigned char)p[0] == 0x80) {
		for (i = 1; i < n; i++) {
			if (v >> 55)
				return false;
			v = v << 8 | (unsigned char)p[i];
		}
		*out = v;
		return true;
	}
	while (i < n && p[i] == ' ')
		i++;
	for (; i < n && p[i] >= '0' && p[i] <= '7'; i++)
		v = v << 3 | (unsigned)(p[i] - '0');
	*out = v;
	return i == n || p[i] == '\0' || p[i] == ' ';
}

static unsigned sum_of(const struct tar_ustar *h)
{
	const unsigned char *p = (const unsigned char *)h;
	unsigned sum = 0;

	for (size_t i = 0; i < sizeof(*h); i++)
		sum += i >= offsetof(struct tar_ustar, sum) &&
				       i < offsetof(struct tar_ustar, type)
			       ? ' '
			       : p[i];
	return sum;
}

static void sum_set(struct tar_ustar *h)
{
	snprintf(h->sum, sizeof(h->sum), "%06o", sum_of(h));
	h->sum[7] = ' ';
}

static void record_add(struct tar_entry *n, const char *key, const char *value,
		       size_t len)
{
	size_t body = strlen(key) + len + 3, all = body + 1;
	char digits[24];

	/* The length counts its own digits. */
	while (body + (size_t)snprintf(digits, sizeof(digits), "%zu", all) !=
	       all)
		all = body + strlen(digits);
	n->records = realloc(n->records, n->records_len + all + 1);
	if (!n->records)
		abort();
	n->records_len += (size_t)sprintf(n->records + n->records_len,
					  "%s %s=", digits, key);
	memcpy(n->records + n->records_len, value, len);
	n->records_len += len;
	n->records[n->records_len++] = '\n';
}

void tar_entry_close(struct tar_entry *n)
{
	free(n->records);
	free(n->path);
	*n = (struct tar_entry){0};
}

static int path_set(struct tar_entry *n, const char *path, size_t len,
		    struct err *e)
{
	if (memchr(path, '\0', len))
		return tar_odd(e, "a path with a zero byte");
	free(n->path);
	n->path = strndup(path, len);
	if (!n->path)
		abort();
	return 0;
}

static int record_take(struct tar_entry *n, const char *key, const char *value,
		       size_t len, struct err *e)
{
	if (strncmp(key, "GNU.sparse", 10) == 0)
		return tar_odd(e, "a sparse file");
	if (strcmp(key, "path") == 0) {
		n->long_path = true;
		return path_set(n, value, len, e);
	}
	if (strcmp(key, "size") == 0) {
		n->has_size = true;
		n->size = strtoull(value, NULL, 10);
	} else if (strcmp(key, "uid") == 0) {
		n->has_uid = true;
		n->uid = strtoull(value, NULL, 10);
	} else if (strcmp(key, "gid") == 0) {
		n->has_gid = true;
		n->gid = strtoull(value, NULL, 10);
	} else {
		record_add(n, key, value, len);
	}
	return 0;
}

/* Takes "LENGTH KEY=VALUE\n"... apart; text ends with a zero byte. */
static int records_take(struct tar_entry *n, char *text, size_t len,
			struct err *e)
{
	while (len > 0) {
		char *end, *key, *value;
		size_t all = strtoul(text, &end, 10);
		int ret;

		key = end + 1;
		if (end == text || *end != ' ' || all > len ||
		    text + all <= key || text[all - 1] != '\n')
			return tar_odd(e, "a pax header that makes no sense");
		text[all - 1] = '\0';
		value = memchr(key, '=', (size_t)(text + all - key));
		if (!value)
			return tar_odd(e, "a pax record without a value");
		*value++ = '\0';
		ret = record_take(n, key, value,
				  (size_t)(text + all - 1 - value), e);
		if (ret < 0)
			return ret;
		text += all;
		len -= all;
	}
	return 0;
}

/* A header that says something of the next one; it is not passed on. */
static int extension(struct tar_stream *t, struct tar_entry *n, struct err *e)
{
	cleanup_free char *text = NULL;
	uint64_t size;
	int ret;

	if (!number(n->h.size, sizeof(n->h.size), &size) || size > MAX_EXTENDED)
		return tar_odd(e, "a header that is too large");
	text = calloc(1, size + 1);
	if (!text)
		abort();
	ret = tar_get(t, text, size, e);
	if (ret == 0)
		ret = tar_pass(t, tar_padding(size), 0, e);
	if (ret < 0 || n->h.type == 'g')
		return ret;
	if (n->h.type == 'x')
		return records_take(n, text, size, e);
	if (n->h.type == 'K') {
		record_add(n, "linkpath", text, strlen(text));
		return 0;
	}
	n->long_path = true;
	return path_set(n, text, strlen(text), e);
}

/* What the entry's own header says, where no other one did. */
static int header_take(struct tar_entry *n, struct err *e)
{
	char path[sizeof(n->h.prefix) + sizeof(n->h.name) + 2];
	bool ustar = memcmp(n->h.magic, "ustar\0", 6) == 0;
	uint64_t size, uid, gid;

	if (!number(n->h.size, sizeof(n->h.size), &size) ||
	    !number(n->h.uid, sizeof(n->h.uid), &uid) ||
	    !number(n->h.gid, sizeof(n->h.gid), &gid))
		return tar_odd(e, "a number that makes no sense");
	n->size = n->has_size ? n->size : size;
	n->uid = n->has_uid ? n->uid : uid;
	n->gid = n->has_gid ? n->gid : gid;
	if (n->size >> 60)
		return tar_odd(e, "a file that is too large");
	if (!n->h.type)
		n->h.type = '0';
	if (!strchr("01234567", n->h.type))
		return tar_odd(e, "an entry of a kind that is not known");
	if (n->h.type != '0' && n->h.type != '7' && n->size > 0)
		return tar_odd(e, "bytes in an entry that is no file");
	if (n->long_path)
		return 0;
	snprintf(path, sizeof(path), "%.*s%s%.*s",
		 ustar ? (int)sizeof(n->h.prefix) : 0, n->h.prefix,
		 ustar && n->h.prefix[0] ? "/" : "", (int)sizeof(n->h.name),
		 n->h.name);
	return path_set(n, path, strlen(path), e);
}

static uint64_t shift(uint64_t id, uint32_t base)
{
	if (base)
		id = id < base ? 0 : id - base;
	return id > MAX_OWNER ? NOBODY : id;
}

static int put_records(struct tar_stream *t, const struct tar_entry *n,
		       struct err *e)
{
	static const char zeros[TAR_BLOCK];
	struct tar_ustar h = {.name = "pax",
			      .mode = "0000644",
			      .type = 'x',
			      .magic = "ustar"};
	int ret;

	memcpy(h.magic + 6, "00", 2);
	snprintf(h.size, sizeof(h.size), "%011zo", n->records_len);
	sum_set(&h);
	ret = tar_put(t, &h, sizeof(h), e);
	if (ret == 0)
		ret = tar_put(t, n->records, n->records_len, e);
	if (ret == 0)
		ret = tar_put(t, zeros, tar_padding(n->records_len), e);
	return ret;
}

int tar_entry_put(struct tar_stream *t, struct tar_entry *n, uint32_t base,
		  struct err *e)
{
	char digits[24];

	if (n->long_path)
		record_add(n, "path", n->path, strlen(n->path));
	if (n->size >> 33)
		record_add(n, "size", digits,
			   (size_t)snprintf(digits, sizeof(digits), "%llu",
					    (unsigned long long)n->size));
	snprintf(n->h.size, sizeof(n->h.size), "%011llo",
		 (unsigned long long)(n->size & 077777777777));
	snprintf(n->h.uid, sizeof(n->h.uid), "%07llo",
		 (unsigned long long)shift(n->uid, base));
	snprintf(n->h.gid, sizeof(n->h.gid), "%07llo",
		 (unsigned long long)shift(n->gid, base));
	sum_set(&n->h);
	if (n->records_len) {
		int ret = put_records(t, n, e);

		if (ret < 0)
			return ret;
	}
	return tar_put(t, &n->h, sizeof(n->h), e);
}

int tar_entry_next(struct tar_stream *t, struct tar_entry *n, struct err *e)
{
	static const struct tar_ustar zeros;
	int ret;

	for (;;) {
		uint64_t sum;

		ret = tar_get(t, &n->h, sizeof(n->h), e);
		if (ret < 0)
			return ret;
		if (memcmp(&n->h, &zeros, sizeof(zeros)) == 0)
			return 1;
		if (!number(n->h.sum, sizeof(n->h.sum), &sum) ||
		    sum != sum_of(&n->h))
			return tar_odd(e, "a header's checksum is wrong");
		if (!n->h.type || !strchr("xgLK", n->h.type))
			return header_take(n, e);
		ret = extension(t, n, e);
		if (ret < 0)
			return ret;
	}
}
