/* Text inside HTML and SVG. */
#pragma once

#include <stdio.h>

/* Escaped for an element or a quoted attribute. XML too. */
void html_text(const char *text, FILE *out);

/* <TAG>text</TAG>; tag may carry attributes: "td class=\"n\"". */
void html_element(const char *tag, const char *text, FILE *out);
