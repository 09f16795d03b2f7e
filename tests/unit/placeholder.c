/* Placeholders of a launch: what is one, and what is the shell's. */
#include "case/placeholder.h"

#include <string.h>

#include "cleanup.h"
#include "tap.h"

static const struct {
	const char *text, *filled, *unknown;
} places[] = {
	{"ssh host", "ssh host", NULL},
	{"", "", NULL},
	{"mpirun -n {clients}", "mpirun -n 8", NULL},
	{"{clients}{nodes}{clients}", "828", NULL},
	{"srun -N{nodes} -n{clients} --mpi=pmix", "srun -N2 -n8 --mpi=pmix",
	 NULL},
	{"run {ranks} {clients}", NULL, "{ranks}"},
	{"run {clients} {Client-s}", NULL, "{Client-s}"},
	{"{clients", "{clients", NULL},
	{"clients}", "clients}", NULL},
	{"{}", "{}", NULL},
	{"${HOME}/run ${clients}", "${HOME}/run ${clients}", NULL},
	{"cp {a,b}", "cp {a,b}", NULL},
	{"{ true; }", "{ true; }", NULL},
	{"awk '{ print }' {nodes}", "awk '{ print }' 2", NULL},
	{"{{clients}}", "{8}", NULL},
};

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		cleanup_free char *filled =
			placeholder_fill(places[i].text, 8, 2);
		const char *want = places[i].unknown;
		size_t len;
		const char *odd = placeholder_unknown(places[i].text, &len);

		ok(want ? odd && len == strlen(want) &&
				   strncmp(odd, want, len) == 0
			: !odd,
		   "of \"%s\" %s is unknown", places[i].text,
		   want ? want : "nothing");
		if (!want)
			is_str(filled, places[i].filled, "\"%s\" is filled in",
			       places[i].text);
	}
	ok(placeholder_has("-n{clients}", "{clients}") &&
		   !placeholder_has("-n{clients}", "{nodes}") &&
		   !placeholder_has("${clients}", "{clients}"),
	   "a text has what stands in it");
	return done_testing();
}
