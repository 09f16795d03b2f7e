/* See nfs_export.h. libnfs' own synchronous calls are not used: its mount
 * knows no time limit. */
#include "storage/nfs_export.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

#include "cleanup.h"
#include "units.h"

#define SLICE_MS 100

/* libnfs has no code for a lost connection: -EFAULT, -EINTR when it cancels
 * what is left. */
int export_errno(int status)
{
	return status == -EFAULT || status == -EINTR ? -ECONNRESET : status;
}

static void call_ended(int status, struct nfs_context *nfs, void *data,
		       void *arg)
{
	struct nfs_export *x = arg;

	(void)nfs;
	(void)data;
	x->call_done = true;
	x->call_status = status;
}

static void call_opened(int status, struct nfs_context *nfs, void *data,
			void *arg)
{
	struct nfs_export *x = arg;

	call_ended(status, nfs, data, arg);
	if (status == 0)
		x->call_fh = data;
}

static void call_measured(int status, struct nfs_context *nfs, void *data,
			  void *arg)
{
	struct nfs_export *x = arg;

	call_ended(status, nfs, data, arg);
	if (status == 0)
		memcpy(&x->call_fs, data, sizeof(x->call_fs));
}

/* Before each call. */
static struct nfs_export *call_new(struct nfs_export *x)
{
	x->call_done = false;
	x->call_fh = NULL;
	return x;
}

/* Why the connection failed: libnfs only says that it did. */
static int socket_errno(int fd)
{
	socklen_t len = sizeof(int);
	int code = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &len) < 0 || code == 0)
		return -ECONNRESET;
	return -code;
}

static int wait_step(struct nfs_export *x)
{
	struct pollfd p = {
		.fd = nfs_get_fd(x->nfs),
		.events = (short)nfs_which_events(x->nfs),
	};
	int r = 0;

	if (poll(&p, 1, SLICE_MS) < 0)
		return errno == EINTR ? 0 : -errno;
	if (p.revents & (POLLERR | POLLHUP))
		r = socket_errno(p.fd);
	if (nfs_service(x->nfs, p.revents) < 0 && r == 0)
		r = -ECONNRESET;
	return r;
}

/* Waits for the call that libnfs took with the result `begun`. */
static int call_wait(struct nfs_export *x, int begun)
{
	uint64_t end = now_ns() + x->timeout_ns;

	if (begun < 0)
		return -EIO;
	while (!x->call_done && !x->lost) {
		x->lost = wait_step(x);
		if (!x->lost && !x->call_done && now_ns() > end)
			x->lost = -ETIMEDOUT;
	}
	return x->lost ? x->lost : export_errno(x->call_status);
}

/* libnfs' own words where there is no better errno. */
static int call_fail(struct nfs_export *x, int code, const char *what,
		     struct err *e)
{
	const char *why = nfs_get_error(x->nfs);

	if ((code == -ECONNRESET || code == -EIO) && why && *why)
		return err_set(e, code, "%s: %s: %s", x->text, what, why);
	return err_sys(e, code, "%s: %s", x->text, what);
}

static int word_check(const struct storage_params *p, const char *key,
		      const char *value, struct err *e)
{
	static const struct {
		const char *key;
		uint64_t max;
	} numbers[] = {{"nfsport", 65535},
		       {"mountport", 65535},
		       {"uid", UINT32_MAX},
		       {"gid", UINT32_MAX}};
	uint64_t n;

	if (strcmp(key, "version") == 0 && strcmp(value, "3") == 0)
		return 0;
	if (strcmp(key, "version") == 0)
		return err_set(e, -EINVAL,
			       "%s: url has version=%s: only 3 works, libnfs "
			       "cannot write over NFSv4",
			       p->target, value);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (strcmp(key, numbers[i].key) == 0 &&
		    count_parse(value, 0, numbers[i].max, &n) == 0)
			return 0;
	return err_set(e, -EINVAL,
		       "%s: url has %s=%s: allowed are version=3, and nfsport, "
		       "mountport, uid and gid with a number",
		       p->target, key, value);
}

/* Anything else is refused: libnfs would take caches, read-ahead and endless
 * reconnecting from there. */
static int query_check(const struct storage_params *p, const char *query,
		       struct err *e)
{
	cleanup_free char *copy = strdup(query);
	char *save = NULL, *word, *value;
	int r = 0;

	if (!copy)
		return err_sys(e, -ENOMEM, "%s: read the url", p->target);
	word = strtok_r(copy, "&", &save);
	for (; word && r == 0; word = strtok_r(NULL, "&", &save)) {
		value = strchrnul(word, '=');
		if (*value)
			*value++ = '\0';
		r = word_check(p, word, value, e);
	}
	return r;
}

static int url_parse(struct nfs_export *x, const struct storage_params *p,
		     struct nfs_url **out, struct err *e)
{
	const char *url = storage_option(p, "url", "");
	size_t plain = strcspn(url, "?");
	int r = query_check(p, url + plain + (url[plain] == '?'), e);

	if (r < 0)
		return r;
	if (asprintf(&x->path, "/%s", p->object) < 0)
		x->path = NULL;
	if (asprintf(&x->text, "%s: %.*s/%s", p->target, (int)plain, url,
		     p->object) < 0)
		x->text = NULL;
	if (!x->path || !x->text)
		return err_sys(e, -ENOMEM, "%s: read the url", p->target);
	if (strncmp(url, "nfs://", 6) == 0)
		*out = nfs_parse_url_dir(x->nfs, url);
	if (*out)
		return 0;
	return err_set(e, -EINVAL,
		       "%s: url %s: not nfs://HOST/PATH?version=3&nfsport=N"
		       "&mountport=M",
		       p->target, url);
}

static int mount_url(struct nfs_export *x, const struct nfs_url *u,
		     struct err *e)
{
	const int on = 1;
	int r;

	nfs_set_autoreconnect(x->nfs, 0);
	r = nfs_mount_async(x->nfs, u->server, u->path, call_ended,
			    call_new(x));
	r = call_wait(x, r);
	if (r < 0)
		return call_fail(x, r, "mount", e);
	/* libnfs leaves it to Nagle, who holds requests back while answers
	 * are outstanding. */
	setsockopt(nfs_get_fd(x->nfs), IPPROTO_TCP, TCP_NODELAY, &on,
		   sizeof(on));
	x->read_max = (size_t)nfs_get_readmax(x->nfs);
	x->write_max = (size_t)nfs_get_writemax(x->nfs);
	if (x->read_max == 0 || x->write_max == 0)
		return err_set(e, -EPROTO,
			       "%s: mount: the server names no largest "
			       "transfer",
			       x->text);
	return 0;
}

int export_mount(struct nfs_export *x, const struct storage_params *p,
		 struct err *e)
{
	struct nfs_url *u = NULL;
	int r;

	*x = (struct nfs_export){
		.nfs = nfs_init_context(),
		.timeout_ns = (uint64_t)p->timeout_s * 1000000000u,
	};
	if (!x->nfs)
		return err_sys(e, -ENOMEM, "%s: start libnfs", p->target);
	r = url_parse(x, p, &u, e);
	if (!u)
		return r;
	r = mount_url(x, u, e);
	nfs_destroy_url(u);
	return r;
}

int export_open(struct nfs_export *x, enum storage_mode mode,
		struct nfsfh **out, struct err *e)
{
	bool create = mode == STORAGE_CREATE;
	int r;

	call_new(x);
	if (create)
		r = nfs_create_async(x->nfs, x->path, O_EXCL | O_NOFOLLOW, 0600,
				     call_opened, x);
	else
		r = nfs_open_async(x->nfs, x->path,
				   mode == STORAGE_READ ? O_RDONLY : O_RDWR,
				   call_opened, x);
	r = call_wait(x, r);
	if (r < 0)
		return call_fail(x, r, create ? "create" : "open", e);
	*out = x->call_fh;
	return 0;
}

void export_release(struct nfs_export *x, struct nfsfh *fh)
{
	int r;

	if (!fh)
		return;
	r = nfs_close_async(x->nfs, fh, call_ended, call_new(x));
	/* libnfs commits once more, so the server has to answer. */
	if (!x->lost)
		call_wait(x, r);
}

int export_space(struct nfs_export *x, uint64_t *avail_bytes, struct err *e)
{
	int r = call_wait(
		x, nfs_statvfs_async(x->nfs, "/", call_measured, call_new(x)));

	if (r < 0)
		return call_fail(x, r, "ask for the free space", e);
	*avail_bytes = (uint64_t)x->call_fs.f_bavail * x->call_fs.f_frsize;
	return 0;
}

int export_remove(struct nfs_export *x, struct err *e)
{
	int r = call_wait(
		x, nfs_unlink_async(x->nfs, x->path, call_ended, call_new(x)));

	return r == 0 || r == -ENOENT ? 0 : call_fail(x, r, "remove", e);
}

void export_close(struct nfs_export *x)
{
	if (x->nfs)
		nfs_destroy_context(x->nfs);
	free(x->path);
	free(x->text);
}
