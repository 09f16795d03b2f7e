/* What a storage driver is: one file, one struct of operations, one
 * completion path. A driver never touches time, never owns a data buffer and
 * never reports success for what it did not do. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

enum op_kind { OP_READ, OP_WRITE, OP_FLUSH };

/* One operation in flight. The engine owns it and its buffer. */
struct op {
	enum op_kind kind;
	uint64_t offset; /* bytes */
	size_t len;	 /* bytes, at most a block; 0 for OP_FLUSH */
	unsigned char *buf;
	void *driver;	/* the driver's own, from submit to op_done() */
	int64_t result; /* set by op_done() */

	/* The engine's. A driver may link operations it holds by ->next. Of a
	 * driver that blocks there is no queue. */
	uint64_t start_ns, end_ns;
	struct piece *piece;
	struct op_queue *queue;
	struct op *next;
};

/* Ends an operation: result is the bytes moved (0 for a flush) or -errno.
 * Called once per submit, from any thread: inside submit, from a library's
 * thread, or inside poll. A short transfer is reported as it is; the engine
 * fails the case with it. */
void op_done(struct op *op, int64_t result);

enum storage_mode {
	STORAGE_CREATE, /* must not exist yet: -EEXIST otherwise */
	STORAGE_READ,	/* must exist */
	STORAGE_UPDATE, /* must exist; written in place */
	STORAGE_APPEND, /* must exist; each write goes to its end, wherever
			 * that is by then (STORAGE_SHARED) */
};

struct storage_params {
	const char *target;    /* name in the site file, for messages */
	const char *object;    /* what to create or open: [A-Za-z0-9._-]+, or
				* FOLDER/NAME with a folder from folder() */
	const json_t *options; /* the target's keys, all values strings */
	uint64_t size_bytes;
	size_t block_bytes;
	unsigned depth;
	unsigned timeout_s; /* for every wait inside the driver */
	enum storage_mode mode;
	bool flock; /* each write under an exclusive lock, each read under a
		     * shared one (STORAGE_SHARED) */
};

enum storage_caps {
	/* More than one operation can be in flight. */
	STORAGE_ASYNC = 1 << 0,
	/* Nothing is stored: reads return no data, nothing can be verified. */
	STORAGE_NO_DATA = 1 << 1,
	/* The client keeps no cache past its process: a fresh worker is cold,
	 * and drop_caches is not needed. */
	STORAGE_FRESH_IS_COLD = 1 << 2,
	/* Several clients can open one object, each sees what the others have
	 * written, and STORAGE_APPEND and folder() work. */
	STORAGE_SHARED = 1 << 3,
	/* Several clients can write parts of one object that do not overlap,
	 * and read them once they have been flushed. */
	STORAGE_PARTS = 1 << 4,
};

struct storage_key {
	const char *name;
	enum {
		KEY_OPTIONAL,
		KEY_REQUIRED,
		KEY_FLAG /* optional: yes or no */
	} kind;
	const char *help;
};

struct target; /* each driver defines its own */

struct storage_ops {
	const char *name, *summary;
	const char *durability; /* what has happened when a flush returns */
	unsigned caps;
	const struct storage_key *keys; /* ends with {NULL} */

	/* 0, or -errno with the reason why this host cannot use the driver at
	 * all. NULL: nothing to check before a target is known. */
	int (*usable)(struct err *);
	/* Opens one object. Connecting, mounting and creating happen here.
	 * -errno with the reason; nothing is left open then. */
	int (*open)(struct target **, const struct storage_params *,
		    struct err *);
	void (*submit)(struct target *, struct op *);
	/* Waits up to timeout_ms for completions and reports them through
	 * op_done(). -errno when the target is lost. NULL: not needed. */
	int (*poll)(struct target *, int timeout_ms);
	/* True when submit ends each operation before it returns, and several
	 * threads may call it at once: then there are as many as operations
	 * are to be in flight. NULL: never. */
	bool (*blocks)(struct target *);
	/* Empties this client's cache of the object. NULL: it has no such
	 * verb (see STORAGE_FRESH_IS_COLD). */
	int (*drop_caches)(struct target *, struct err *);
	/* True when this process itself reads the disk (a local file system
	 * on a block device), so that its own read_bytes are the proof of a
	 * cold read. NULL: never. */
	bool (*reads_disk)(struct target *);
	/* Bytes of [offset, offset + bytes) that this host's page cache holds,
	 * as the kernel says. -errno when it does not. NULL: never does. */
	int (*resident)(struct target *, uint64_t offset, uint64_t bytes,
			uint64_t *found);
	/* Bytes that can still be written here. NULL: cannot tell. */
	int (*space)(struct target *, uint64_t *avail_bytes, struct err *);
	/* Adds what was found (server, pool, layout, mount) to an object. */
	void (*describe)(struct target *, json_t *);
	void (*close)(struct target *);
	/* Removes the object with all its parts; 0 when it is not there.
	 * params->size_bytes bounds how many parts are looked for. */
	int (*remove)(const struct storage_params *, struct err *);
	/* Makes a folder, or removes an empty one (0 when it is not there).
	 * NULL: without STORAGE_SHARED. */
	int (*folder)(const struct storage_params *, bool make, struct err *);
	/* Version of the library in use, or NULL. Returns buf. */
	const char *(*version)(char *buf, size_t size);
};

/* The drivers of this build, in the order of the Makefile's list; ends with
 * NULL. */
extern const struct storage_ops *const storage_drivers[];

/* Drivers left out of this build, with the reason; ends with {NULL}. */
struct storage_missing {
	const char *name, *reason;
};
extern const struct storage_missing storage_missing[];

const struct storage_ops *storage_find(const char *name);

/* A target's key as text, or fallback. */
const char *storage_option(const struct storage_params *p, const char *key,
			   const char *fallback);
/* Whether a key that is a flag says yes. */
bool storage_flag(const struct storage_params *p, const char *key);
