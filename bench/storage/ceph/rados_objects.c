/* See rados_objects.h. */
#include "storage/ceph/rados_objects.h"

#include <errno.h>
#include <stdio.h>

#include "cleanup.h"

#define REMOVES_IN_FLIGHT 16u

char *object_name(const char *file, uint64_t index)
{
	char *name;

	if (asprintf(&name, "%s.%016llx", file, (unsigned long long)index) < 0)
		return NULL;
	return name;
}

int objects_open(rados_ioctx_t io, const char *file, enum storage_mode mode)
{
	cleanup_free char *name = object_name(file, 0);
	rados_write_op_t create;
	uint64_t size;
	time_t mtime;
	int r;

	if (!name)
		return -ENOMEM;
	if (mode != STORAGE_CREATE)
		return rados_stat(io, name, &size, &mtime);
	create = rados_create_write_op();
	rados_write_op_create(create, LIBRADOS_CREATE_EXCLUSIVE, NULL);
	r = rados_write_op_operate(create, io, name, NULL, 0);
	rados_release_write_op(create);
	return r;
}

static int remove_wait(rados_completion_t *c)
{
	int r;

	if (!*c)
		return 0;
	rados_aio_wait_for_complete(*c);
	r = rados_aio_get_return_value(*c);
	rados_aio_release(*c);
	*c = NULL;
	return r == -ENOENT ? 0 : r;
}

static int remove_start(rados_ioctx_t io, const char *file, uint64_t index,
			rados_completion_t *c)
{
	cleanup_free char *name = object_name(file, index);
	int r;

	if (!name)
		return -ENOMEM;
	r = rados_aio_create_completion2(NULL, NULL, c);
	if (r < 0)
		return r;
	r = rados_aio_remove(io, name, *c);
	if (r < 0)
		rados_aio_release(steal_pointer(c));
	return r;
}

/* Objects 1 and up; every one is tried, the first failure is reported. */
static int remove_others(rados_ioctx_t io, const char *file,
			 uint64_t size_bytes)
{
	uint64_t count = (size_bytes + OBJECT_BYTES - 1) / OBJECT_BYTES;
	rados_completion_t flying[REMOVES_IN_FLIGHT] = {NULL};
	int r, status = 0;

	for (uint64_t i = 1; i < count + REMOVES_IN_FLIGHT; i++) {
		rados_completion_t *c = &flying[i % REMOVES_IN_FLIGHT];

		r = remove_wait(c);
		status = status < 0 ? status : r;
		if (i < count)
			r = remove_start(io, file, i, c);
		status = status < 0 ? status : r;
	}
	return status;
}

int objects_remove(rados_ioctx_t io, const char *file, uint64_t size_bytes)
{
	cleanup_free char *first = object_name(file, 0);
	uint64_t size;
	time_t mtime;
	int r;

	if (!first)
		return -ENOMEM;
	r = rados_stat(io, first, &size, &mtime);
	if (r == 0)
		r = remove_others(io, file, size_bytes);
	if (r == 0)
		r = rados_remove(io, first);
	return r == -ENOENT ? 0 : r;
}
