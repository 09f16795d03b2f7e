/* System calls of a build. Each one that is counted takes longer, which in a
 * build of a million calls is a fifth of a second: so this is a build of its
 * own, and nobody times it. See image.h. */
#include <string.h>

#include "image/counters.h"
#include "image/image.h"
#include "image/syscalls.h"

static int counted(struct image *m, struct syscalls *s, struct err *e)
{
	bool cached = m->c->cache == CACHE_WARM;
	struct command_result result;
	/* Its name would go over to the new one, and then nobody finds it */
	int r = cached ? 0 : image_remove(m, m->result, e);

	if (r == 0)
		r = syscalls_start(s, e);
	if (r == 0)
		r = image_build(m, cached, NULL, NULL, &result, e);
	syscalls_stop(s);
	return r < 0 ? r : syscalls_read(s, m->record, e);
}

void image_count_syscalls(struct image *m)
{
	struct syscalls *s = NULL;
	struct err e = {""};
	int r = syscalls_open(&s, &e);

	if (r == 0)
		r = counted(m, s, &e);
	syscalls_close(s);
	if (r == 0)
		return;
	err_wrap(&e, r, "syscalls");
	counters_without(m->record, e.msg);
}
