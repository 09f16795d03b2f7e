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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cleanup_free char *text = strndup((const char *)data, size);
	cleanup_free char *built = NULL;
	cleanup_free char *again = NULL;
	cleanup_strs struct strs images = {0};
	cleanup_strs struct strs same = {0};
	struct err e = {""};
	char *rest;

	if (!text)
		abort();
	if (containerfile_check(text, NULL, &images, &built, &e)) {
		expect(e.msg[0], "a refusal has its reason", text);
		return 0;
	}
	for (size_t i = 0; i < images.count; i++)
		expect(valid_image(images.list[i]), "an image is one",
		       images.list[i]);
	if (!*built)
		return 0;
	expect(!containerfile_check(built, NULL, &same, &again, &e),
	       "what is built is permitted, too", built);
	expect(strcmp(built, again) == 0 && same.count == images.count,
	       "and has no variable more in FROM", built);
	rest = built;
	/* Continued lines begin in the middle of an instruction */
	if (!strchr(built, '\\'))
		for (char *line; (line = strsep(&rest, "\n"));)
			check_line(line);
	return 0;
}
