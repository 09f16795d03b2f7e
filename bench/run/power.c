/* See power.h. */
#include "power.h"

#include <stdio.h>

#include "cleanup.h"
#include "proc.h"
#include "case/record.h"
#include "units.h"

#define CUT_LIMIT_MS 30000
#define RETURN_LIMIT_MS 180000

int power_cut(struct power *p, const struct site_target *t, struct err *e)
{
	cleanup_free char *text = NULL;
	uint64_t before = now_ns();
	int r;

	p->off = true; /* whatever comes of it */
	r = proc_capture(t->cut, CUT_LIMIT_MS, &text, e);
	p->cut_ns = now_ns() - before;
	return r < 0 ? err_wrap(e, r, "cut the power") : 0;
}

int power_return(struct power *p, const struct site_target *t, struct err *e)
{
	cleanup_free char *text = NULL;
	uint64_t before = now_ns();
	int r = proc_capture(t->restore, RETURN_LIMIT_MS, &text, e);

	p->off = false;
	p->return_ns = now_ns() - before;
	return r < 0 ? err_wrap(e, r, "bring back after a power cut") : 0;
}

static json_int_t count_of(const json_t *o, const char *key)
{
	return json_integer_value(json_object_get(o, key));
}

void power_record(json_t *measured, const json_t *survey, const struct power *p,
		  const struct site_target *t)
{
	json_t *o = json_deep_copy(json_object_get(survey, "power_cut"));
	json_int_t promised = count_of(o, "acknowledged_bytes");
	json_int_t intact = count_of(o, "intact_bytes");
	char why[160];

	json_object_set_new(o, "kind", json_string(t->cut_kind));
	json_object_set_new(o, "kept", json_boolean(intact == promised));
	record_set_count(o, "cut_ns", p->cut_ns);
	record_set_count(o, "return_ns", p->return_ns);
	json_object_set_new(measured, "power_cut", o);
	json_object_set_new(measured, "verified", json_true());
	record_set_count(measured, "verified_bytes", (uint64_t)intact);
	json_object_set_new(measured, "verified_from", json_string("storage"));
	if (intact == promised)
		return;
	snprintf(why, sizeof(why),
		 "did not keep its word: of %lld bytes whose sync had returned "
		 "%lld were gone after a power cut",
		 (long long)promised, (long long)(promised - intact));
	record_fail(measured, "invalid", why);
}
