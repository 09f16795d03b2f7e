/* See op.h. */
#include "op.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cleanup.h"
#include "valid.h"

struct parser {
	struct op *op;
	int argc, at;
	const char *const *argv;
	struct err *e;
};

/* Options behind these belong to the command inside the container. */
static bool ends_options(const struct op *op)
{
	return op->arg_count > 0 && op->verb->rest == A_WORD;
}

static const struct option_spec *find(const struct op *op, const char *name,
				      size_t n, char letter)
{
	for (size_t i = 0; i < option_count; i++) {
		const struct option_spec *s = &option_specs[i];

		if (!(s->verbs & 1u << op->verb->verb))
			continue;
		if (letter ? s->letter == letter
			   : strlen(s->name) == n &&
				     strncmp(s->name, name, n) == 0)
			return s;
	}
	return NULL;
}

static int add(struct parser *p, const struct option_spec *s, const char *value)
{
	struct op *op = p->op;

	if (s->arity == ARG_ALWAYS && !value) {
		if (p->at >= p->argc)
			return err_set(p->e, -EINVAL, "%s: --%s: needs %s",
				       op->verb->name, s->name, s->kind);
		value = p->argv[p->at++];
	}
	if (s->arity == ARG_NEVER && value)
		return err_set(p->e, -EINVAL, "%s: --%s: takes no value",
			       op->verb->name, s->name);
	if (value && !s->valid(value))
		return err_set(p->e, -EINVAL, "%s: --%s: %.200s is not %s",
			       op->verb->name, s->name, value, s->kind);
	if (op->option_count == OP_MAX)
		return err_set(p->e, -E2BIG, "%s: too many options",
			       op->verb->name);
	op->options[op->option_count++] = (struct value){s, value};
	return 0;
}

static int refuse(struct parser *p, const char *word, size_t n)
{
	const char *why = refused_why(word, n);

	return err_set(p->e, -EPERM, "%s: --%.*s: %s", p->op->verb->name,
		       (int)(n < 64 ? n : 64), word,
		       why ? why : "is not among the options permitted here");
}

static int long_option(struct parser *p, const char *word)
{
	size_t n = strcspn(word, "=");
	const struct option_spec *s = find(p->op, word, n, 0);

	if (!s)
		return refuse(p, word, n);
	return add(p, s, word[n] == '=' ? word + n + 1 : NULL);
}

/* -it, -eK=V, -e K=V: as Podman reads them. */
static int short_options(struct parser *p, const char *word)
{
	while (*word) {
		const struct option_spec *s = find(p->op, "", 0, *word++);
		const char *value = NULL;
		int rc;

		if (!s)
			return err_set(p->e, -EPERM,
				       "%s: -%c: is not among the options "
				       "permitted here",
				       p->op->verb->name, word[-1]);
		if (s->arity == ARG_ALWAYS && *word) {
			value = word + (*word == '=');
			word += strlen(word);
		}
		rc = add(p, s, value);
		if (rc)
			return rc;
	}
	return 0;
}

static bool arg_valid(enum arg kind, const char *s)
{
	switch (kind) {
	case A_CONTAINER:
		return valid_object(s);
	case A_VOLUME:
		return valid_name(s);
	case A_IMAGE:
		return valid_image(s);
	case A_NEW_IMAGE:
		return valid_new_image(s);
	case A_CP:
		return valid_cp(s);
	case A_PATH:
		return valid_path(s);
	case A_WORD:
		return true;
	case A_NONE:
		break;
	}
	return false;
}

static int argument(struct parser *p, const char *word)
{
	static const char *const kinds[] = {
		[A_CONTAINER] = "name or ID of a container",
		[A_IMAGE] = "name or ID of an image",
		[A_NEW_IMAGE] = "name for an image (without registry)",
		[A_VOLUME] = "name of a volume",
		[A_CP] = "PATH or NAME:PATH",
		[A_PATH] = "path",
	};
	struct op *op = p->op;
	enum arg kind = op->arg_count ? op->verb->rest : op->verb->first;

	if (op->arg_count >= op->verb->max || op->arg_count == OP_MAX)
		return err_set(p->e, -EINVAL,
			       "%s: %.200s: one argument too "
			       "many",
			       op->verb->name, word);
	if (op->verb->verb == V_INSPECT && op_has(op, O_TYPE) &&
	    strcmp(op_value(op, O_TYPE, NULL), "image") == 0)
		kind = A_IMAGE;
	if (!arg_valid(kind, word))
		return err_set(p->e, -EINVAL, "%s: %.200s is no %s",
			       op->verb->name, word, kinds[kind]);
	op->args[op->arg_count++] = word;
	return 0;
}

static int find_verb(struct parser *p)
{
	char name[64];

	if (p->argc < 1)
		return err_set(p->e, -EINVAL, "no command");
	if (p->argv[0][0] == '-')
		return err_set(p->e, -EPERM,
			       "%.64s: options stand behind the command, and "
			       "Podman's global ones are refused",
			       p->argv[0]);
	p->at = 1;
	snprintf(name, sizeof(name), "%s", p->argv[0]);
	if (strcmp(name, "volume") == 0 && p->argc > 1) {
		snprintf(name, sizeof(name), "volume %s", p->argv[1]);
		p->at = 2;
	}
	for (size_t i = 0; i < verb_count; i++) {
		if (strcmp(verb_specs[i].name, name) == 0) {
			p->op->verb = &verb_specs[i];
			return 0;
		}
	}
	return err_set(p->e, -EPERM, "%.64s: no such command is permitted",
		       name);
}

int op_parse(struct op *op, int argc, const char *const *argv, struct err *e)
{
	struct parser p = {.op = op, .argc = argc, .argv = argv, .e = e};
	bool options = true;
	int rc = find_verb(&p);

	op->option_count = op->arg_count = 0;
	while (!rc && p.at < argc) {
		const char *word = argv[p.at++];

		if (options && strcmp(word, "--") == 0)
			options = false;
		else if (options && strncmp(word, "--", 2) == 0)
			rc = long_option(&p, word + 2);
		else if (options && word[0] == '-' && word[1])
			rc = short_options(&p, word + 1);
		else
			rc = argument(&p, word);
		options = options && !ends_options(op);
	}
	if (!rc && op->arg_count < op->verb->min)
		return err_set(e, -EINVAL, "%s: usage: ie-podman %s %s",
			       op->verb->name, op->verb->name, op->verb->usage);
	return rc;
}

const char *op_value(const struct op *op, enum option option, bool *given)
{
	const char *found = NULL;
	bool is = false;

	for (size_t i = 0; i < op->option_count; i++) {
		if (op->options[i].spec->option == option) {
			found = op->options[i].text;
			is = true;
		}
	}
	if (given)
		*given = is;
	return found;
}

bool op_has(const struct op *op, enum option option)
{
	bool given;

	op_value(op, option, &given);
	return given;
}
