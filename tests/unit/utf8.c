/* Which text is UTF-8, and what becomes of control characters. */
#include "utf8.h"

#include <string.h>

#include "cleanup.h"
#include "tap.h"

static const struct {
	const char *name, *text;
	bool valid, control;
	const char *scrubbed;
} texts[] = {
	{"nothing", "", true, false, ""},
	{"ASCII", "a b", true, false, "a b"},
	{"a tab", "a\tb", true, false, "a?b"},
	{"two, three and four bytes", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
	 true, false, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
	{"an escape", "\x1b[2J", true, true, "?[2J"},
	{"DEL", "\x7f", true, true, "?"},
	{"U+0080", "\xc2\x80", true, true, "?"},
	{"U+009B, which some terminals take for ESC [",
	 "a\xc2\x9b"
	 "2J",
	 true, true, "a?2J"},
	{"U+009F", "\xc2\x9f", true, true, "?"},
	{"U+00A0", "\xc2\xa0", true, false, "\xc2\xa0"},
	{"a byte of Latin-1", "\xe9", false, false, "?"},
	{"half a character", "\xe2\x82", false, false, "??"},
	{"a long form of /", "\xc0\xaf", false, false, "??"},
	{"a surrogate", "\xed\xa0\x80", false, false, "???"},
	{"beyond U+10FFFF", "\xf4\x90\x80\x80", false, false, "????"},
};

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		const char *text = texts[i].text;
		char copy[64];

		snprintf(copy, sizeof(copy), "%s", text);
		utf8_scrub(copy);
		ok(utf8_valid(text, strlen(text)) == texts[i].valid,
		   "%s: valid or not", texts[i].name);
		ok(utf8_has_control(text, strlen(text)) == texts[i].control,
		   "%s: with control characters or without", texts[i].name);
		is_str(copy, texts[i].scrubbed, "%s: what is left of it",
		       texts[i].name);
	}
	return done_testing();
}
