/* A stream that lets no control character through: names, reasons and plans
 * come from files that somebody else may have written, and a terminal obeys
 * what it is shown. U+0000 to U+001F but line ends and tabs, and U+007F to
 * U+009F, are written as \u001b, which JSON reads back; bytes that are not
 * UTF-8 as \x9b; a CR before a line end is left out. */
#pragma once

#include <stdio.h>

/* What is written to it goes on to `to`, which is flushed and left open by
 * fclose(). NULL without memory. */
FILE *plainfile_open(FILE *to);

/* Standard output and standard error of a program become such streams. -ENOMEM
 * when it has said so. */
int plainfile_standard(const char *program);
