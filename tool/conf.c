/* See conf.h. */
#include "conf.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "cleanup.h"
#include "number.h"
#include "valid.h"

enum kind { PATH, WORD, LIST, PATHS, SIZE, COUNT, CPUS, SECONDS, SLURM };

/* In this order in the manual, too. */
static const struct key {
	const char *name;
	enum kind kind;
	size_t at;
	const char *preset;
} keys[] = {
#define KEY(field, kind, preset)                                               \
	{                                                                      \
#field, kind, offsetof(struct conf, field), preset             \
	}
	KEY(state, PATH, "/var/lib/ie-podman"),
	KEY(run, PATH, "/run/ie-podman"),
	KEY(podman, PATH, "/usr/bin/podman"),
	KEY(containers_conf, PATH, "/etc/ie-podman.containers.conf"),
	KEY(auth_file, PATH, NULL),
	KEY(image_stores, PATHS, NULL),
	KEY(registries, LIST, NULL),
	KEY(binds, PATHS, NULL),
	KEY(network, WORD, "podman"),
	KEY(build_network, WORD, "podman"),
	KEY(ids_first, COUNT, "2147483648"),
	KEY(ids_users, COUNT, "16384"),
	KEY(memory, SIZE, "2g"),
	KEY(memory_max, SIZE, "8g"),
	KEY(cpus, CPUS, "2"),
	KEY(cpus_max, CPUS, "4"),
	KEY(pids, COUNT, "2048"),
	KEY(context_bytes, SIZE, "2g"),
	KEY(context_entries, COUNT, "200000"),
	KEY(log_bytes, SIZE, "10m"),
	KEY(addresses_per_user, COUNT, "8"),
	KEY(address_rest_s, SECONDS, "10m"),
	KEY(reap_stopped_s, SECONDS, "14d"),
	KEY(reap_notice_s, SECONDS, "3d"),
	KEY(gpu, WORD, NULL),
	KEY(cdi_dirs, PATHS, "/etc/cdi /var/run/cdi"),
	KEY(slurm, SLURM, "confine"),
};

struct parser {
	struct conf *conf;
	const char *name; /* of the file */
	unsigned line;
	/* the section [network NAME] that is open */
	char network[64], subnet[64], gateway[64], range[64];
	unsigned network_line;
	struct err *e;
};

#define bad(p, ...) err_wrap_line((p), err_set((p)->e, -EINVAL, __VA_ARGS__))

static int err_wrap_line(const struct parser *p, int rc)
{
	return err_wrap(p->e, rc, "%s:%u", p->name, p->line);
}

static int set_list(const struct key *k, struct strs *list, char *value,
		    struct parser *p)
{
	char *rest = value;

	strs_free(list);
	for (char *w; (w = strtok_r(rest, " \t", &rest));) {
		if (k->kind == PATHS && w[0] != '/')
			return bad(p, "%s: %s is no absolute path", k->name, w);
		strs_add(list, "%s", w);
	}
	return 0;
}

static int set_slurm(uint64_t *out, const char *value, struct parser *p)
{
	static const char *const names[] = {"ignore", "confine",
					    "gpu-needs-job"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(value, names[i]) == 0) {
			*out = i;
			return 0;
		}
	}
	return bad(p, "slurm: %s is not ignore, confine or gpu-needs-job",
		   value);
}

static int set_text(const struct key *k, char **out, const char *value,
		    struct parser *p)
{
	if (k->kind == PATH && (value[0] != '/' || strpbrk(value, ",:\"\\ ")))
		return bad(p, "%s: %s is no plain absolute path", k->name,
			   value);
	if (k->kind == WORD && !valid_word(value))
		return bad(p, "%s: %s is no plain name", k->name, value);
	/* Root's own network is a way to everything that listens on it */
	if (strcmp(value, "host") == 0)
		return bad(p, "%s: the host's own network cannot be given",
			   k->name);
	free(*out);
	*out = text("%s", value);
	return 0;
}

static int set(const struct key *k, char *value, struct parser *p)
{
	void *at = (char *)p->conf + k->at;
	bool good = true;

	switch (k->kind) {
	case PATH:
	case WORD:
		return set_text(k, at, value, p);
	case LIST:
	case PATHS:
		return set_list(k, at, value, p);
	case SLURM:
		return set_slurm(at, value, p);
	case SIZE:
		good = number_size(value, at);
		break;
	case COUNT:
		good = number_count(value, at);
		break;
	case CPUS:
		good = number_thousandths(value, at);
		break;
	case SECONDS:
		good = number_seconds(value, at);
		break;
	}
	return good ? 0
		    : bad(p, "%s: %s is no number of this kind", k->name,
			  value);
}

/* Ends the open section, if any. */
static int network_end(struct parser *p)
{
	int rc;

	if (!p->network[0])
		return 0;
	rc = pool_add(&p->conf->pool, p->network, p->subnet,
		      p->gateway[0] ? p->gateway : NULL,
		      p->range[0] ? p->range : NULL, p->e);
	p->line = p->network_line;
	p->network[0] = p->subnet[0] = p->gateway[0] = p->range[0] = '\0';
	return rc ? err_wrap_line(p, rc) : 0;
}

static int network_begin(struct parser *p, char *line)
{
	unsigned at = p->line;
	char end = '\0';
	int rc = network_end(p);

	if (rc)
		return rc;
	p->line = p->network_line = at;
	if (sscanf(line, "[network %63[^] \t]%c", p->network, &end) != 2 ||
	    end != ']' || line[strlen(line) - 1] != ']')
		return bad(p, "%s: a section is [network NAME]", line);
	if (!valid_word(p->network))
		return bad(p, "%s is no plain name", p->network);
	return 0;
}

static int network_key(struct parser *p, const char *key, const char *value)
{
	char *out = strcmp(key, "subnet") == 0	  ? p->subnet
		    : strcmp(key, "gateway") == 0 ? p->gateway
		    : strcmp(key, "range") == 0	  ? p->range
						  : NULL;

	if (!out)
		return bad(p, "%s: a network has subnet, gateway, range", key);
	if (snprintf(out, 64, "%s", value) >= 64)
		return bad(p, "%s: too long", key);
	return 0;
}

static char *trim(char *s)
{
	char *end;

	s += strspn(s, " \t\r");
	end = s + strlen(s);
	while (end > s && strchr(" \t\r", end[-1]))
		*--end = '\0';
	return s;
}

static int parse_line(struct parser *p, char *line)
{
	char *value;

	line = trim(line);
	if (!line[0] || line[0] == '#')
		return 0;
	if (line[0] == '[')
		return network_begin(p, line);
	value = strchr(line, '=');
	if (!value)
		return bad(p, "%s: expected KEY = VALUE", line);
	*value++ = '\0';
	line = trim(line);
	value = trim(value);
	if (p->network[0])
		return network_key(p, line, value);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (strcmp(line, keys[i].name) == 0)
			return set(&keys[i], value, p);
	return bad(p, "%s: no such key", line);
}

static int presets(struct parser *p)
{
	int rc = 0;

	for (size_t i = 0; i < ARRAY_SIZE(keys) && !rc; i++) {
		cleanup_free char *value = NULL;

		if (!keys[i].preset)
			continue;
		value = text("%s", keys[i].preset);
		rc = set(&keys[i], value, p);
	}
	return rc;
}

/* What no single line can tell. */
static int check_whole(struct parser *p)
{
	const struct conf *c = p->conf;

	if (c->memory > c->memory_max || c->cpus > c->cpus_max)
		return err_set(p->e, -EINVAL,
			       "%s: memory or cpus is more than "
			       "its own maximum",
			       p->name);
	if (c->ids_first < 65536 || c->ids_users == 0 || c->ids_users > 65536 ||
	    c->ids_first + c->ids_users * 65536 > UINT32_MAX)
		return err_set(p->e, -EINVAL,
			       "%s: ids_first and ids_users: not a range of "
			       "user ids",
			       p->name);
	return 0;
}

int conf_parse(struct conf *c, const char *name, const char *source,
	       struct err *e)
{
	struct parser p = {.conf = c, .name = name, .e = e};
	cleanup_free char *copy = text("%s", source);
	char *rest = copy;
	int rc;

	*c = (struct conf){0};
	rc = presets(&p);
	for (char *line; !rc && (line = strsep(&rest, "\n"));) {
		p.line++;
		rc = parse_line(&p, line);
	}
	if (!rc)
		rc = network_end(&p);
	if (!rc)
		rc = check_whole(&p);
	if (rc)
		conf_free(c);
	return rc;
}

int conf_load(struct conf *c, const char *path, bool trusted, struct err *e)
{
	cleanup_fd int fd =
		open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char buf[65536];
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st))
		return err_sys(e, -errno, "%s: opening", path);
	if (trusted &&
	    (!S_ISREG(st.st_mode) || st.st_uid != 0 || st.st_mode & 022))
		return err_set(e, -EPERM,
			       "%s: must be a file of root's that nobody else "
			       "can write",
			       path);
	n = pread(fd, buf, sizeof(buf), 0);
	if (n < 0)
		return err_sys(e, -errno, "%s: reading", path);
	if ((size_t)n == sizeof(buf))
		return err_set(e, -EFBIG, "%s: too large", path);
	buf[n] = '\0';
	if (strlen(buf) != (size_t)n)
		return err_set(e, -EINVAL, "%s: has a NUL byte", path);
	return conf_parse(c, path, buf, e);
}

void conf_free(struct conf *c)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		void *at = (char *)c + keys[i].at;

		if (keys[i].kind == PATH || keys[i].kind == WORD)
			free(*(char **)at);
		else if (keys[i].kind == LIST || keys[i].kind == PATHS)
			strs_free(at);
	}
	pool_free(&c->pool);
	*c = (struct conf){0};
}
