/* The site's image stores as a user's containers need them. What is in them
 * belongs to root on disk, and Podman copies a whole image for every container
 * whose ids differ. So a user has a view of each store, in which all of it
 * belongs to his own range: an idmapped mount of the layers, and a list of them
 * that says so. Nothing is copied, and nothing of the store is changed.
 *
 *	RUN/UID/images/N/overlay	the mount
 *	RUN/UID/images/N/overlay-layers	the list of layers, made anew when the
 *					store's is another
 *	RUN/UID/images/N/overlay-images	link to the store's */
#pragma once

#include "err.h"
#include "store.h"

/* Where the view of the Nth store is, made if it is not there; the caller frees
 * it. Where the kernel or the file system cannot map ids it is the store itself
 * and the log says why. */
int shared_view(const struct store *s, unsigned n, const char *images,
		char **view, struct err *e);
