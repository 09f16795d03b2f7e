/* The variables of FROM: ARG instructions before the first FROM, and what
 * --build-arg says of them. Reads $NAME, ${NAME} and ${NAME:-WORD}, and values
 * without quotes or in one pair of them; it refuses what is more than that. */
#pragma once

#include <stddef.h>

#include "err.h"
#include "strs.h"

struct args {
	const struct strs *given; /* NAME=VALUE of --build-arg, or NULL */
	struct strs known;	  /* NAME=VALUE */
};

/* What follows ARG: NAME or NAME=VALUE. One that cannot be read is not known
 * from then on, which is an error only where FROM names it. */
void args_declare(struct args *a, const char *rest);
/* The word with the values in place, or -EPERM with the reason. */
int args_expand(const struct args *a, const char *word, char *out, size_t size,
		struct err *e);
/* Whether what --platform wants is what this machine is; else -EPERM. */
int args_platform(const struct args *a, const char *wish, struct err *e);
void args_free(struct args *a);
