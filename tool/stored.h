/* The images of the user's store and the site's, as containers/storage keeps
 * them on disk: STORE/overlay-images has images.json, the list of them, and a
 * folder for each with its manifest and its configuration. An ID is the digest
 * of the configuration: whatever is tagged meanwhile, it stays what was looked
 * at. The list is read once, and is replaced as a whole when it changes: no
 * lock is needed. Nothing is written. */
#pragma once

#include <jansson.h>

#include "podman.h"

#define IMAGE_ID_LEN 65

struct stored {
	struct strs dirs; /* the user's own first, as Podman looks */
	json_t *lists;	  /* one for each */
};

int stored_open(struct stored *s, const struct podman *p, struct err *e);
void stored_close(struct stored *s);
/* The ID of the image that Podman would take for this name (valid_image()).
 * -ENOENT: there is none, or more than one. */
int stored_find(const struct stored *s, const char *name,
		char id[IMAGE_ID_LEN]);
/* Asks `check` about the manifest, or the configuration, of an image: of each
 * store that has it. -EPERM, too, where it cannot be read. */
typedef int stored_check(json_t *json, struct err *e);
int stored_manifest(const struct stored *s, const char *id, stored_check *check,
		    struct err *e);
int stored_config(const struct stored *s, const char *id, stored_check *check,
		  struct err *e);

#define cleanup_stored __attribute__((cleanup(stored_close)))
