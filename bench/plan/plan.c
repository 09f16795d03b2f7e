/* See plan.h: the file itself. What its sections mean is in schedule.c. */
#include "plan.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "units.h"

#define BLOCKS_MAX 1000u
#define SESSIONS_MAX 100u
#define TIMEOUT_MAX_S 86400u
#define TIMEOUT_DEFAULT_S 30u

static int number_get(struct plan *p, const char *key, uint64_t min,
		      uint64_t max, uint64_t *out, struct err *e)
{
	struct conf_entry *at = conf_get(p->conf, "plan", key);

	if (!at)
		return 0;
	if (count_parse(at->value, min, max, out) < 0)
		return conf_error(p->conf, at, e,
				  "%s = %s: not a whole number in %llu..%llu",
				  key, at->value, (unsigned long long)min,
				  (unsigned long long)max);
	return 1;
}

static int plan_read(struct plan *p, struct err *e)
{
	struct conf_entry *name = conf_get(p->conf, "plan", "name");
	uint64_t blocks = 1, sessions = 1, timeout = TIMEOUT_DEFAULT_S;
	int r;

	if (!name || !*name->value)
		return conf_error(p->conf, name, e,
				  "no name in a section [plan]");
	if (strspn(name->value, "abcdefghijklmnopqrstuvwxyz0123456789-") !=
	    strlen(name->value))
		return conf_error(p->conf, name, e,
				  "name = %s: small letters, digits and - "
				  "only",
				  name->value);
	p->name = strdup(name->value);
	if (!p->name)
		return err_sys(e, -ENOMEM, "read %s", p->conf->path);
	if ((r = number_get(p, "blocks", 1, BLOCKS_MAX, &blocks, e)) < 0 ||
	    (r = number_get(p, "sessions", 1, SESSIONS_MAX, &sessions, e)) <
		    0 ||
	    (r = number_get(p, "timeout", 1, TIMEOUT_MAX_S, &timeout, e)) < 0)
		return r;
	p->blocks = (unsigned)blocks;
	p->sessions = (unsigned)sessions;
	p->timeout_s = (unsigned)timeout;
	r = number_get(p, "seed", 0, INT64_MAX, &p->seed, e);
	p->has_seed = r == 1;
	return r < 0 ? r : 0;
}

/* FIPS 180-4, by OpenSSL. */
static int file_sha256(const char *path, char hex[65], struct err *e)
{
	cleanup_file FILE *f = fopen(path, "re");
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char buf[4096], sum[32];
	unsigned len = 0;
	size_t n;
	bool ok;

	ok = f && ctx && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
	while (ok && (n = fread(buf, 1, sizeof(buf), f)) > 0)
		ok = EVP_DigestUpdate(ctx, buf, n);
	ok = ok && !ferror(f) && EVP_DigestFinal_ex(ctx, sum, &len);
	EVP_MD_CTX_free(ctx);
	if (!ok)
		return err_set(e, -EIO, "checksum %s", path);
	for (unsigned i = 0; i < len; i++)
		sprintf(hex + 2 * i, "%02x", sum[i]);
	return 0;
}

int plan_load(struct plan **out, const char *path, struct err *e)
{
	struct plan *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return err_sys(e, -ENOMEM, "read %s", path);
	r = conf_load(&p->conf, path, NULL, e);
	if (r == 0)
		r = plan_read(p, e);
	if (r == 0)
		r = file_sha256(path, p->sha256, e);
	if (r < 0) {
		plan_free(p);
		return r;
	}
	*out = p;
	return 0;
}

void plan_free(struct plan *p)
{
	if (!p)
		return;
	conf_free(p->conf);
	free(p->name);
	free(p);
}
