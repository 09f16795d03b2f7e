/* ie-stats compare: did it get slower? See compare.h for the verdicts. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "stats/args.h"
#include "stats/commands.h"
#include "stats/compare/compare_out.h"

const struct compare_format *compare_format_find(const char *name)
{
	static const struct compare_format formats[] = {
		{"text", compare_text},	  {"json", compare_json},
		{"tsv", compare_tsv},	  {"markdown", compare_markdown},
		{"junit", compare_junit},
	};

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

/* "5%" or "0.05": between 0 and 1, without both. */
static int share_read(const char *name, const char *text, double *out,
		      struct err *e)
{
	char *end;

	*out = strtod(text, &end);
	if (end != text && *end == '%') {
		*out /= 100;
		end++;
	}
	if (end == text || *end || !(*out > 0 && *out < 1))
		return err_set(e, -EINVAL,
			       "read the command line: %s is %s: it can be a "
			       "share between 0 and 1, like 0.05 or 5%%",
			       name, text);
	return 0;
}

int cmd_compare(int argc, char **argv, struct err *e)
{
	const char *delta = "5%", *alpha = "0.05", *format = "text";
	const struct arg_option options[] = {{"--delta", &delta},
					     {"--alpha", &alpha},
					     {"--format", &format},
					     {.name = NULL}};
	const struct compare_format *f;
	struct compare c = {0};
	size_t sides;
	int ret = args_read(argc, argv, options, &sides, e);

	if (ret < 0)
		return ret;
	f = compare_format_find(format);
	if (!f)
		return err_set(e, -EINVAL,
			       "read the command line: --format is %s: it can "
			       "be text, json, tsv, markdown or junit",
			       format);
	if (sides != 2)
		return err_set(e, -EINVAL,
			       "read the command line: compare needs BASE and "
			       "NEW, and got %zu; several sessions of a side "
			       "are separated by commas",
			       sides);
	if ((ret = share_read("--delta", delta, &c.delta, e)) == 0 &&
	    (ret = share_read("--alpha", alpha, &c.alpha, e)) == 0 &&
	    (ret = side_read(&c.base, argv[0], e)) == 0 &&
	    (ret = side_read(&c.new, argv[1], e)) == 0 &&
	    (ret = compare_find(&c, e)) == 0)
		ret = f->print(&c, stdout, e);
	if (ret == 0)
		ret = compare_exit(&c);
	compare_free(&c);
	return ret;
}
