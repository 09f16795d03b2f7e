/* The daemons of a service, as its steps have noted them in run/NAME.pid.
 * Nothing is started or ended here. */
#include "cluster.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

size_t daemons_list(const struct cluster *c, const struct member *m,
		    const char *proc, struct daemon list[DAEMONS_MAX])
{
	char path[256];
	size_t n = 0;
	glob_t files;

	snprintf(path, sizeof(path), "%s/%s/run/*.pid", c->dir,
		 m->service->name);
	if (glob(path, 0, NULL, &files) != 0)
		return 0;
	for (size_t i = 0; i < files.gl_pathc && n < DAEMONS_MAX; i++) {
		const char *name = strrchr(files.gl_pathv[i], '/') + 1;
		struct daemon *d = &list[n++];
		char text[16];

		snprintf(d->name, sizeof(d->name), "%.*s",
			 (int)(strlen(name) - strlen(".pid")), name);
		d->alive =
			text_read(files.gl_pathv[i], text, sizeof(text)) == 0 &&
			sscanf(text, "%d", &d->pid) == 1;
		snprintf(path, sizeof(path), "%s/%d", proc, (int)d->pid);
		d->alive = d->alive && access(path, F_OK) == 0;
	}
	globfree(&files);
	return n;
}
