/* Fuzzer for the reader of Containerfiles (libFuzzer). What is permitted has
 * no line that begins with RUN and a flag, and names only plain images. */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "containerfile.h"
#include "valid.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The plainest form of what must never pass. */
static void check_line(const char *line)
{
	while (isspace((unsigned char)*line))
		line++;
	if (strncasecmp(line, "RUN", 3) != 0 ||
	    !isspace((unsigned char)line[3]))
		return;
	for (line += 3; isspace((unsigned char)*line); line++)
		;
	expect(strncmp(line, "--", 2) != 0, "RUN has no flags", line);
}

static int image(void *arg, const char *name, char **id, struct err *e)
{
	size_t *count = arg;

	(void)e;
	expect(valid_image(name), "an image is one", name);
	(*count)++;
	*id = text("%s", name);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *source = strndup((const char *)data, size);
	cleanup_free char *built = NULL;
	cleanup_free char *again = NULL;
	size_t images = 0, same = 0;
	struct err e = {""};
	char *rest;

	if (!source)
		abort();
	if (containerfile_check(source, NULL, image, &images, &built, &e)) {
		expect(e.msg[0], "a refusal has its reason", source);
		return 0;
	}
	if (!*built)
		return 0;
	expect(!containerfile_check(built, NULL, image, &same, &again, &e),
	       "what is built is permitted, too", built);
	expect(strcmp(built, again) == 0 && same == images,
	       "and has no variable more in FROM", built);
	rest = built;
	/* Continued lines begin in the middle of an instruction */
	if (!strchr(built, '\\'))
		for (char *line; (line = strsep(&rest, "\n"));)
			check_line(line);
	return 0;
}
