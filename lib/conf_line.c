/* Reading an INI file, and what its lines mean: see conf.h. */
#include "conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "utf8.h"

#define LINE_MAX_BYTES 65535u
#define SECTION_MAX_BYTES 200u
#define BOM "\xef\xbb\xbf"
#define BLANKS " \t\r\n\v\f"

struct reader {
	struct conf *conf;
	conf_is_command *is_command;
	struct err *err;
	int line;
	char section[SECTION_MAX_BYTES + 1]; /* "": none yet */
	bool in_key;			     /* the last entry may go on */
	size_t key_indent;		     /* columns before it */
	bool key_is_command;
};

static int line_error(struct reader *rd, const char *why)
{
	return err_set(rd->err, -EINVAL, "%s:%d: %s", rd->conf->path, rd->line,
		       why);
}

static int no_memory(struct reader *rd)
{
	return err_sys(rd->err, -ENOMEM, "read %s", rd->conf->path);
}

static void trim_end(char *text)
{
	size_t n = strlen(text);

	while (n && strchr(BLANKS, text[n - 1]))
		text[--n] = '\0';
}

/* Cuts a comment: a semicolon after a blank, or at the start. */
static void comment_cut(char *text)
{
	for (char *at = strchr(text, ';'); at; at = strchr(at + 1, ';'))
		if (at == text || strchr(BLANKS, at[-1])) {
			*at = '\0';
			break;
		}
	trim_end(text);
}

static size_t indent_of(const char *line)
{
	size_t n = 0;

	for (; *line == ' ' || *line == '\t'; line++)
		n += *line == '\t' ? 8 - n % 8 : 1;
	return n;
}

static int section_line(struct reader *rd, char *text)
{
	char *end = strchr(text, ']');
	char *name = text + 1;
	const char *rest;

	if (!end)
		return line_error(rd, "expected [section], key = value or a "
				      "comment");
	rest = end + 1 + strspn(end + 1, BLANKS);
	if (*rest && *rest != ';' && *rest != '#')
		return line_error(rd, "unexpected text after ]");
	*end = '\0';
	if (!*name)
		return line_error(rd, "section without a name");
	if (strlen(name) > SECTION_MAX_BYTES)
		return line_error(rd, "section name is too long");
	if (conf_find(rd->conf, name, NULL))
		return line_error(rd, "duplicate section");
	strcpy(rd->section, name);
	rd->in_key = false;
	return conf_add(rd->conf, name, NULL, NULL, rd->line) ? 0
							      : no_memory(rd);
}

static int key_line(struct reader *rd, char *text)
{
	size_t n = strcspn(text, "=:");
	char *value = text + n + 1;

	if (!text[n] || n == 0)
		return line_error(rd, "expected [section], key = value or a "
				      "comment");
	text[n] = '\0';
	trim_end(text);
	if (!*rd->section)
		return line_error(rd, "key before any [section]");
	if (conf_find(rd->conf, rd->section, text))
		return line_error(rd, "duplicate key in this section");
	rd->in_key = true;
	rd->key_is_command =
		rd->is_command && rd->is_command(rd->section, text);
	value += strspn(value, BLANKS);
	if (!rd->key_is_command)
		comment_cut(value);
	return conf_add(rd->conf, rd->section, text, value, rd->line)
		       ? 0
		       : no_memory(rd);
}

/* An indented `key = value` is more likely a key that an editor has indented
 * than a value. A command may hold `NAME=VALUE COMMAND`. */
static bool looks_like_key(const char *text, bool in_command)
{
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_.");
	size_t blanks = strspn(text + n, " \t");

	return n && text[n + blanks] == '=' && (blanks || !in_command);
}

static int value_goes_on(struct reader *rd, char *text)
{
	struct conf_entry *e = &rd->conf->entries[rd->conf->count - 1];
	char why[200];
	char *joined;

	if (looks_like_key(text, rd->key_is_command)) {
		snprintf(why, sizeof(why),
			 "indented deeper than the key before it, so this "
			 "line is a part of %.60s; give both keys the same "
			 "indentation",
			 e->key);
		return line_error(rd, why);
	}
	if (!rd->key_is_command)
		comment_cut(text);
	if (asprintf(&joined, "%s%s%s", e->value, *e->value ? " " : "", text) <
	    0)
		return no_memory(rd);
	free(e->value);
	e->value = joined;
	return 0;
}

/* Alone on its line, and not the shell's `[ -e FILE ]`. */
static bool looks_like_section(const char *text)
{
	const char *end = strchr(text, ']');

	return text[0] == '[' && end && !strchr(BLANKS, text[1]) &&
	       !end[1 + strspn(end + 1, BLANKS)];
}

static int line_read(struct reader *rd, char *line)
{
	size_t indent = indent_of(line);
	bool deeper = rd->in_key && indent > rd->key_indent;
	char *text = line + strspn(line, BLANKS);

	trim_end(text);
	if (!*text)
		return 0;
	if (deeper && looks_like_section(text))
		deeper = false;
	if (*text == '#' || *text == ';')
		if (!deeper || !rd->key_is_command)
			return 0;
	if (!utf8_valid(text, strlen(text)))
		return line_error(rd, "not valid UTF-8");
	if (utf8_has_control(text, strlen(text)))
		return line_error(rd, "control character in this line");
	if (deeper)
		return value_goes_on(rd, text);
	if (*text == '[')
		return section_line(rd, text);
	rd->key_indent = indent;
	return key_line(rd, text);
}

/* A line is never held whole when it is longer than any of ours. */
static ssize_t line_get(struct reader *rd, FILE *f, char *line)
{
	size_t n = 0;
	int c;

	while ((c = getc_unlocked(f)) != EOF) {
		if (c == '\0')
			return line_error(rd, "NUL character in this line");
		if (n == LINE_MAX_BYTES)
			return line_error(rd, "line is longer than 65535 "
					      "bytes");
		line[n++] = (char)c;
		if (c == '\n')
			break;
	}
	line[n] = '\0';
	if (ferror(f))
		return err_sys(rd->err, -errno, "read %s", rd->conf->path);
	return (ssize_t)n;
}

static int lines_read(struct conf *c, FILE *f, conf_is_command *is_command,
		      struct err *e)
{
	struct reader rd = {.conf = c, .is_command = is_command, .err = e};
	cleanup_free char *line = malloc(LINE_MAX_BYTES + 1);
	ssize_t n;
	int r = 0;

	if (!line)
		return no_memory(&rd);
	do {
		size_t skip = 0;

		rd.line++;
		n = line_get(&rd, f, line);
		if (n < 0)
			return (int)n;
		if (rd.line == 1 && strncmp(line, BOM, strlen(BOM)) == 0)
			skip = strlen(BOM);
		r = line_read(&rd, line + skip);
	} while (n > 0 && r == 0);
	return r;
}

int conf_load(struct conf **out, const char *path, conf_is_command *is_command,
	      struct err *e)
{
	cleanup_file FILE *f = NULL;
	struct conf *c = calloc(1, sizeof(*c));
	int r;

	*out = NULL;
	if (!c || !(c->path = strdup(path))) {
		free(c);
		return err_sys(e, -ENOMEM, "read %s", path);
	}
	f = fopen(path, "re");
	r = f ? lines_read(c, f, is_command, e)
	      : err_sys(e, -errno, "read %s", path);
	if (r < 0) {
		conf_free(c);
		return r;
	}
	*out = c;
	return 0;
}
