/* The RADOS objects that a file is made of: NAME.<index, 16 hex digits>, 4 MiB
 * each (a RADOS object has a size limit, usually 128 MiB). The first one is
 * made before all others and goes after them: it stands for the file. */
#pragma once

#include <rados/librados.h>
#include <stdint.h>

#include "storage/storage.h"

#define OBJECT_BYTES (4u << 20)

/* The caller frees it; NULL when out of memory. */
char *object_name(const char *file, uint64_t index);

/* Makes the first object, -EEXIST when it is there; in the other modes looks
 * for it, -ENOENT when it is not. */
int objects_open(rados_ioctx_t io, const char *file, enum storage_mode mode);

/* Removes the objects of a file of up to size_bytes; 0 when there is none. */
int objects_remove(rados_ioctx_t io, const char *file, uint64_t size_bytes);
