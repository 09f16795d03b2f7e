/* Scope-bound cleanup for locals and the "steal" idiom that hands a resource
 * on. Not a memory manager: structs with more than one resource have their own
 * x_close(). */
#pragma once

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_free_fn(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_fd_fn(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_file_fn(FILE **f)
{
	if (*f)
		fclose(*f);
}

#define cleanup_free __attribute__((cleanup(cleanup_free_fn)))
#define cleanup_fd __attribute__((cleanup(cleanup_fd_fn)))
#define cleanup_file __attribute__((cleanup(cleanup_file_fn)))

/* Returns the pointer in *p and leaves NULL there. */
#define steal_pointer(p)                                                       \
	({                                                                     \
		__typeof__(p) p_ = (p);                                        \
		__typeof__(*p_) v_ = *p_;                                      \
		*p_ = NULL;                                                    \
		v_;                                                            \
	})

/* Returns the descriptor in *fd and leaves -1 there. */
static inline int steal_fd(int *fd)
{
	int v = *fd;

	*fd = -1;
	return v;
}

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
