/* Text from outside, before it reaches a terminal, a page or a record: is it
 * UTF-8, and does it hold control characters? Those are U+0000 to U+001F and
 * U+007F to U+009F (C0, DEL, C1): some terminals obey the last as well. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

bool utf8_valid(const char *text, size_t len);

/* A control character other than a tab. */
bool utf8_has_control(const char *text, size_t len);

/* In place: '?' for every control character (tabs too), and where the text is
 * not valid UTF-8 for every byte beyond ASCII. Same number of bytes at most. */
void utf8_scrub(char *text);
