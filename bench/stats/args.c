/* See args.h. */
#include "stats/args.h"

#include <errno.h>
#include <string.h>

#include "cleanup.h"

static const struct arg_option *option_find(const struct arg_option *options,
					    const char *arg)
{
	size_t len = strcspn(arg, "=");

	for (; options->name; options++)
		if (strlen(options->name) == len &&
		    strncmp(options->name, arg, len) == 0)
			return options;
	return NULL;
}

int args_read(int argc, char **argv, const struct arg_option *options,
	      size_t *dirs, struct err *e)
{
	const char *command = argv[0];
	size_t n = 0;

	for (int i = 1; i < argc; i++) {
		const struct arg_option *o;
		char *arg = argv[i];

		if (arg[0] != '-') {
			argv[n++] = arg;
			continue;
		}
		o = option_find(options, arg);
		if (!o)
			return err_set(e, -EINVAL,
				       "read the command line: %s has no "
				       "option %s",
				       command, arg);
		if (strchr(arg, '='))
			*o->value = strchr(arg, '=') + 1;
		else if (++i < argc)
			*o->value = argv[i];
		else
			return err_set(e, -EINVAL,
				       "read the command line: %s needs a "
				       "value",
				       arg);
	}
	*dirs = n;
	if (n == 0)
		return err_set(e, -EINVAL,
			       "read the command line: no run folder given");
	return 0;
}
