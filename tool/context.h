/* A folder's way between a user and root: one side walks it as the one who may
 * read it, the other unpacks what comes into a folder of its own. Serves the
 * build context and cp in both directions. Regular files, folders and links
 * only: no owners, no device nodes, no set-id bits, no extended attributes, and
 * a file with two names becomes two files. The stream is trusted by nobody:
 * context_receive() stays inside its folder whatever it is sent. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "ignore.h"

struct context_limits {
	uint64_t bytes;	  /* of all files */
	uint64_t entries; /* files, folders and links */
	unsigned depth;	  /* of folders */
	/* Links that lead outside: refused in a build context; cp keeps them
	 * as they are, since nothing here follows them. */
	bool links_outside;
};

/* Sends the folder, file or link `path` of the folder `dir` as `name`, which is
 * one component. Links in it are sent, never followed; of `path` itself only
 * the last component is not followed. What `ignore` (may be NULL) says is
 * left out; a file that shrinks meanwhile is an error. */
int context_send(int out, int dir, const char *path, const char *name,
		 const struct ignore *ignore,
		 const struct context_limits *limits, struct err *e);
/* Ends the stream: without it the other side refuses what it got. */
int context_end(int out, struct err *e);
/* Ends it with a reason, which context_receive() returns. */
void context_fail(int out, const struct err *why);

/* Unpacks a whole stream into the folder `dir`. Fails when anything in it is
 * not as it should be, and leaves then what was unpacked so far: the caller
 * removes the folder. */
int context_receive(int in, int dir, const struct context_limits *limits,
		    struct err *e);
