/* Orders to a Ceph daemon and their answers: see ceph-admin.h. */
#include "ceph-admin.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"

typedef int request(rados_t cluster, const char **cmd, char **out, size_t *len,
		    char **status, size_t *status_len, int osd);

static int mon_request(rados_t cluster, const char **cmd, char **out,
		       size_t *len, char **status, size_t *status_len, int osd)
{
	(void)osd;
	return rados_mon_command(cluster, cmd, 1, "", 0, out, len, status,
				 status_len);
}

static int osd_request(rados_t cluster, const char **cmd, char **out,
		       size_t *len, char **status, size_t *status_len, int osd)
{
	return rados_osd_command(cluster, osd, cmd, 1, "", 0, out, len, status,
				 status_len);
}

/* Gives an order; the answer is the caller's to free. */
static int ask(request *send, rados_t cluster, int osd, const char *order,
	       char **answer, struct err *e)
{
	char *out = NULL, *status = NULL;
	size_t len = 0, status_len = 0;
	int r;

	*answer = NULL;
	r = send(cluster, &order, &out, &len, &status, &status_len, osd);
	if (r < 0)
		err_sys(e, r, "%s: %.*s", order, (int)status_len,
			status ? status : "");
	else
		*answer = strndup(out ? out : "", len);
	rados_buffer_free(out);
	rados_buffer_free(status);
	if (r < 0)
		return r;
	if (*answer)
		return 0;
	err_sys(e, -ENOMEM, "%s", order);
	return -ENOMEM;
}

int order_mon(rados_t cluster, const char *order, char **answer, struct err *e)
{
	return ask(mon_request, cluster, 0, order, answer, e);
}

int order_osd(rados_t cluster, int osd, const char *order, char **answer,
	      struct err *e)
{
	return ask(osd_request, cluster, osd, order, answer, e);
}

int order_json(rados_t cluster, const char *order, json_t **answer,
	       struct err *e)
{
	cleanup_free char *text = NULL;
	int r = order_mon(cluster, order, &text, e);

	if (r < 0)
		return r;
	*answer = json_loads(text, 0, NULL);
	return *answer ? 0 : err_set(e, -EPROTO, "%s: no JSON", order);
}
