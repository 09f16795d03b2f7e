/* Orders to a Ceph daemon and their answers: see ceph-admin.h. */
#include "ceph-admin.h"

#include <errno.h>
#include <string.h>

#include "cleanup.h"

int order_text(rados_t cluster, int osd, const char *order, char **answer,
	       struct err *e)
{
	char *out = NULL, *status = NULL;
	size_t len = 0, status_len = 0;
	int r;

	*answer = NULL;
	r = osd == ORDER_MON
		    ? rados_mon_command(cluster, &order, 1, "", 0, &out, &len,
					&status, &status_len)
		    : rados_osd_command(cluster, osd, &order, 1, "", 0, &out,
					&len, &status, &status_len);
	if (r < 0)
		err_sys(e, r, "%s: %.*s", order, (int)status_len,
			status ? status : "");
	else
		*answer = strndup(out ? out : "", len);
	rados_buffer_free(out);
	rados_buffer_free(status);
	if (r < 0)
		return r;
	return *answer ? 0 : err_sys(e, -ENOMEM, "%s", order);
}

int order_json(rados_t cluster, const char *order, json_t **answer,
	       struct err *e)
{
	cleanup_free char *text = NULL;
	int r = order_text(cluster, ORDER_MON, order, &text, e);

	if (r < 0)
		return r;
	*answer = json_loads(text, 0, NULL);
	return *answer ? 0 : err_set(e, -EPROTO, "%s: no JSON", order);
}
