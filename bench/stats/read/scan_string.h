/* JSON strings: escapes and UTF-8, decoded in place. */
#pragma once

/* *p is on the opening quote and comes to lie after the closing one; *text
 * gets the string, ended by NUL. end is the text's end, where a NUL must be.
 * NULL, or why it is no string. */
const char *scan_string(char **p, const char *end, const char **text);
