/* See html.h. */
#include "html.h"

#include <string.h>

void html_text(const char *text, FILE *out)
{
	for (; *text; text++) {
		const char *entity = *text == '&'   ? "&amp;"
				     : *text == '<' ? "&lt;"
				     : *text == '>' ? "&gt;"
				     : *text == '"' ? "&quot;"
						    : NULL;

		if (entity)
			fputs(entity, out);
		else
			fputc(*text, out);
	}
}

void html_element(const char *tag, const char *text, FILE *out)
{
	fprintf(out, "<%s>", tag);
	html_text(text, out);
	fprintf(out, "</%.*s>", (int)strcspn(tag, " "), tag);
}
