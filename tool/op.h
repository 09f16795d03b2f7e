/* What the caller asks for, as a typed operation: a command, options and
 * arguments of which each has passed its validator. Nothing that is not in the
 * tables of options.c can be in it. Pure: it looks at no file and no
 * environment. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

enum verb {
	V_BUILD,
	V_RUN,
	V_EXEC,
	V_PS,
	V_LOGS,
	V_START,
	V_STOP,
	V_RESTART,
	V_RM,
	V_INSPECT,
	V_IMAGES,
	V_RMI,
	V_TAG,
	V_PULL,
	V_CP,
	V_VOLUME_CREATE,
	V_VOLUME_LS,
	V_VOLUME_RM,
	V_VOLUME_INSPECT,
	V_SIF,
	V_IP,
	V_REAP,
	V_WHITEOUTS,
	V_CHECK,
	V_INFO,
};

enum option {
	O_ALL,
	O_ATTACH,
	O_BUILD_ARG,
	O_COMPRESS,
	O_CONF,
	O_CPUS,
	O_DETACH,
	O_DRY_RUN,
	O_ENTRYPOINT,
	O_ENV,
	O_FILE,
	O_FOLLOW,
	O_FORCE,
	O_FORMAT,
	O_GPU,
	O_INTERACTIVE,
	O_IP,
	O_JSON,
	O_MEMORY,
	O_NAME,
	O_NO_CACHE,
	O_QUIET,
	O_RM,
	O_TAG,
	O_TAIL,
	O_TIME,
	O_TIMESTAMPS,
	O_TTY,
	O_TYPE,
	O_USER,
	O_VOLUME,
	O_VOLUMES,
	O_WORKDIR,
};

/* What an argument names. */
enum arg {
	A_NONE,
	A_CONTAINER,
	A_IMAGE,
	A_NEW_IMAGE,
	A_VOLUME,
	A_CP,
	A_PATH,
	A_WORD, /* anything: the command line inside the container */
};

enum arity { ARG_NEVER, ARG_ALWAYS, ARG_MAYBE };

struct verb_spec {
	enum verb verb;
	const char *name;
	unsigned min, max;    /* arguments */
	enum arg first, rest; /* what they are */
	const char *usage;
};

struct option_spec {
	enum option option;
	const char *name;
	char letter; /* 0: has none */
	enum arity arity;
	bool (*valid)(const char *);
	const char *kind; /* what the validator wants, in words */
	unsigned verbs;	  /* 1 << enum verb */
	bool ours;	  /* Podman does not get it: we do something for it */
};

extern const struct verb_spec verb_specs[];
extern const size_t verb_count;
extern const struct option_spec option_specs[];
extern const size_t option_count;

struct value {
	const struct option_spec *spec;
	const char *text; /* NULL: the option came without a value */
};

#define OP_MAX 1024

/* The strings are the caller's argv. */
struct op {
	const struct verb_spec *verb;
	struct value options[OP_MAX];
	size_t option_count;
	const char *args[OP_MAX];
	size_t arg_count;
};

/* Parses what follows the program's name. -EPERM: an option that is refused,
 * with the reason; -EINVAL: nonsense. */
int op_parse(struct op *op, int argc, const char *const *argv, struct err *e);
/* The last value of this option; *given says whether it is there at all. */
const char *op_value(const struct op *op, enum option option, bool *given);
bool op_has(const struct op *op, enum option option);

/* Why this option of Podman's is refused (without dashes), or NULL. */
const char *refused_why(const char *name, size_t n);
