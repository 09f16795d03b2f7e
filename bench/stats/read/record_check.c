/* See record_check.h. */
#include "record_check.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <time.h>

#include "cleanup.h"
#include "case/bounds.h"

/* How far throughput_Bps may be from what it is said to be. */
#define THROUGHPUT_SLACK 0.001
/* A ratio is written with fewer digits than it has. */
#define RATIO_SLACK 1e-6

static int status_check(const struct record *r, struct err *e)
{
	const char *status = record_text(r, F_STATUS);

	if (r->ok && record_item(r, F_REASONS, 0))
		return err_set(e, -EINVAL,
			       "status is ok, yet there is a reason");
	if (r->ok)
		return 0;
	if (strcmp(status, "failed") != 0 && strcmp(status, "invalid") != 0)
		return err_set(e, -EINVAL,
			       "status is \"%s\": neither ok, failed nor "
			       "invalid",
			       status);
	if (!record_item(r, F_REASONS, 0))
		return err_set(e, -EINVAL, "status is %s without a reason",
			       status);
	if (r->fields[F_THROUGHPUT])
		return err_set(e, -EINVAL,
			       "status is %s, yet there is a throughput",
			       status);
	return 0;
}

static int throughput_check(const struct record *r, struct err *e)
{
	double said = record_real(r, F_THROUGHPUT);
	double ns = record_real(r, F_IO_NS) + record_real(r, F_SYNC_NS);
	double is = record_real(r, F_BYTES) * 1e9 / ns;

	if (!(said > 0) || !(ns > 0))
		return err_set(e, -EINVAL,
			       "status is ok, yet nothing moved or no time "
			       "passed");
	if (fabs(said - is) > THROUGHPUT_SLACK * is)
		return err_set(e, -EINVAL,
			       "throughput_Bps is %.6g, but bytes / (io_ns + "
			       "sync_ns) is %.6g",
			       said, is);
	return 0;
}

/* So many clients, with so many jobs each. */
static double streams_of(const struct record *r)
{
	double clients = r->fields[F_CLIENTS] ? record_real(r, F_CLIENTS) : 1;

	return record_real(r, F_JOBS) * clients;
}

/* Each stream's last block may be a short one. */
static int bytes_check(const struct record *r, struct err *e)
{
	double bytes = record_real(r, F_BYTES), n = streams_of(r);
	double block = record_real(r, F_BLOCK_SIZE);
	double moved = record_real(r, F_OPS) * block * n;

	if (bytes > record_real(r, F_SIZE) * n)
		return err_set(e, -EINVAL,
			       "bytes is %.0f, more than size_bytes of all "
			       "jobs and clients (%.0f)",
			       bytes, record_real(r, F_SIZE) * n);
	if (!r->fields[F_OPS])
		return 0;
	if (record_count(r, F_OPS) == 0)
		return err_set(e, -EINVAL, "status is ok, yet ops is 0");
	if (bytes > moved || bytes <= moved - n * block)
		return err_set(e, -EINVAL,
			       "bytes is %.0f, but ops x block_bytes of all "
			       "jobs and clients is %.0f",
			       bytes, moved);
	return 0;
}

static int latency_check(const struct record *r, struct err *e)
{
	static const enum field rising[] = {F_P50, F_P90, F_P99, F_P999, F_MAX};
	const struct scan_node *last = NULL;
	enum field at = F_P50;

	for (size_t i = 0; i < ARRAY_SIZE(rising); i++) {
		const struct scan_node *n = r->fields[rising[i]];

		if (n && last && n->integer < last->integer)
			return err_set(e, -EINVAL, "%s is above %s",
				       schema_fields[at].name,
				       schema_fields[rising[i]].name);
		last = n ? n : last;
		at = n ? rising[i] : at;
	}
	return 0;
}

/* Where nothing is stored there is nothing to read back. */
static bool keeps_no_data(const struct record *r)
{
	const char *driver = record_text(r, F_DRIVER);

	return strcmp(driver, "null") == 0 || strcmp(driver, "tcp") == 0;
}

static int verified_check(const struct record *r, struct err *e)
{
	const struct scan_node *v = r->fields[F_VERIFIED];
	const struct scan_node *n = r->fields[F_VERIFIED_BYTES];
	bool verified = v && v->type == SCAN_TRUE;

	if (!verified && !keeps_no_data(r))
		return err_set(e, -EINVAL,
			       "status is ok, yet nothing was verified");
	if (n &&
	    (record_count(r, F_VERIFIED_BYTES) > record_count(r, F_BYTES) ||
	     (n->integer > 0) != verified))
		return err_set(e, -EINVAL,
			       "verified_bytes is %lld of %.0f, and verified "
			       "is %s",
			       (long long)n->integer, record_real(r, F_BYTES),
			       verified ? "true" : "false");
	return 0;
}

/* What the runner would have called invalid. */
static int spread_check(const struct record *r, struct err *e)
{
	static const struct {
		enum field f;
		double most, slack_ns;
	} spreads[] = {{F_CLOCK_ERROR, CLOCK_ERROR_MAX, 0},
		       {F_JOB_SKEW, JOB_SKEW_MAX, 0},
		       {F_CLOCK_DRIFT, CLOCK_DRIFT_MAX, CLOCK_DRIFT_SLACK_NS}};
	double ns = record_real(r, F_IO_NS) + record_real(r, F_SYNC_NS);

	for (size_t i = 0; i < ARRAY_SIZE(spreads); i++)
		if (r->fields[spreads[i].f] &&
		    record_real(r, spreads[i].f) >
			    spreads[i].most * ns + spreads[i].slack_ns)
			return err_set(e, -EINVAL,
				       "status is ok, yet %s is more than "
				       "%.0f %% of io_ns + sync_ns",
				       schema_fields[spreads[i].f].name,
				       100 * spreads[i].most);
	return 0;
}

static int ok_check(const struct record *r, struct err *e)
{
	int ret = throughput_check(r, e);

	if (ret == 0)
		ret = bytes_check(r, e);
	if (ret == 0)
		ret = verified_check(r, e);
	return ret < 0 ? ret : spread_check(r, e);
}

static int ratio_check(const struct record *r, struct err *e)
{
	double said = record_real(r, F_COLD_RATIO);
	double bytes = record_real(r, F_BYTES);
	double is = record_real(r, F_COLD_BYTES) / bytes;

	if (!r->fields[F_COLD_RATIO] || !r->fields[F_BYTES])
		return 0;
	if (!(bytes > 0) && said <= 0)
		return 0;
	if (!(fabs(said - is) <= RATIO_SLACK * fmax(is, 1)))
		return err_set(e, -EINVAL,
			       "cold.ratio is %.6g, but cold.read_bytes / "
			       "bytes is %.6g",
			       said, is);
	return 0;
}

/* A cold read that is ok has its proof: see bounds.h. */
static int cold_check(const struct record *r, struct err *e)
{
	double bytes = record_real(r, F_BYTES);
	double read = record_real(r, F_COLD_BYTES);
	double others =
		r->fields[F_COLD_OTHERS] ? record_real(r, F_COLD_OTHERS) : 0;

	if (!r->ok || !record_reads(r) ||
	    strcmp(record_text(r, F_CACHE), "cold") != 0)
		return 0;
	if (!r->fields[F_COLD_RATIO])
		return err_set(e, -EINVAL,
			       "a cold read is ok without its cold.ratio");
	if (record_real(r, F_COLD_RATIO) < COLD_RATIO_MIN)
		return err_set(e, -EINVAL,
			       "a cold read is ok with cold.ratio %.3g: it "
			       "needs %.2f",
			       record_real(r, F_COLD_RATIO), COLD_RATIO_MIN);
	if (read > COLD_RATIO_MAX * bytes + COLD_SLACK_BYTES ||
	    others > COLD_OTHERS_MAX * bytes ||
	    read - others < COLD_RATIO_MIN * bytes)
		return err_set(e, -EINVAL,
			       "a cold read is ok, yet others were reading: "
			       "cold.read_bytes is %.0f, cold.others_bytes "
			       "%.0f, bytes %.0f",
			       read, others, bytes);
	if (r->fields[F_COLD_RESIDENT] &&
	    record_real(r, F_COLD_RESIDENT) > COLD_RESIDENT_MAX * bytes)
		return err_set(e, -EINVAL,
			       "a cold read is ok, yet cold.resident_bytes is "
			       "%.0f of %.0f",
			       record_real(r, F_COLD_RESIDENT), bytes);
	return 0;
}

static int series_check(const struct record *r, struct err *e)
{
	if (!r->fields[F_SERIES])
		return 0;
	if (record_count(r, F_SERIES_STEP) == 0 || !r->fields[F_SERIES_BYTES])
		return err_set(e, -EINVAL,
			       "series has no step_ns above 0 or no bytes");
	return 0;
}

static int cut_check(const struct record *r, struct err *e)
{
	const struct scan_node *kept = r->fields[F_CUT_KEPT];
	bool all = record_count(r, F_CUT_ACKNOWLEDGED) ==
		   record_count(r, F_CUT_INTACT);

	if (record_count(r, F_CUT_INTACT) >
		    record_count(r, F_CUT_ACKNOWLEDGED) ||
	    record_count(r, F_CUT_CONTROL_INTACT) >
		    record_count(r, F_CUT_CONTROL))
		return err_set(e, -EINVAL,
			       "power_cut has more intact bytes than there "
			       "were");
	if (kept && record_count(r, F_CUT_ACKNOWLEDGED) == 0)
		return err_set(e, -EINVAL,
			       "power_cut.kept is there, yet "
			       "acknowledged_bytes is 0");
	if (kept && (kept->type == SCAN_TRUE) != all)
		return err_set(e, -EINVAL,
			       "power_cut.kept is not what its bytes say");
	if (r->ok && strcmp(record_text(r, F_OP), "powercut") == 0 &&
	    (!kept || !all))
		return err_set(e, -EINVAL,
			       "op is powercut and status ok, yet nothing says "
			       "that all was kept");
	return 0;
}

static int storage_check(const struct record *r, struct err *e)
{
	static const enum field positive[] = {F_SIZE, F_BLOCK_SIZE, F_DEPTH,
					      F_JOBS};
	int ret;

	for (unsigned i = 0; i < ARRAY_SIZE(positive); i++)
		if (record_count(r, positive[i]) == 0)
			return err_set(e, -EINVAL, "%s is 0",
				       schema_fields[positive[i]].name);
	ret = status_check(r, e);
	if (ret == 0 && r->ok)
		ret = ok_check(r, e);
	if (ret == 0)
		ret = latency_check(r, e);
	if (ret == 0)
		ret = ratio_check(r, e);
	if (ret == 0)
		ret = cold_check(r, e);
	if (ret == 0)
		ret = cut_check(r, e);
	return ret < 0 ? ret : series_check(r, e);
}

static int image_check(const struct record *r, struct err *e)
{
	if (strcmp(record_text(r, F_OP), "build") != 0)
		return err_set(e, -EINVAL, "op is \"%s\", not build",
			       record_text(r, F_OP));
	if (r->ok && record_count(r, F_WALL_NS) == 0)
		return err_set(e, -EINVAL, "status is ok, yet no time passed");
	return status_check(r, e);
}

/* YYYY-MM-DDTHH:MM:SSZ, and a day that there is. */
static int moment_check(const struct record *r, struct err *e)
{
	enum field f = r->kind == RECORD_RUN ? F_RUN_STARTED : F_STARTED;
	const char *text = record_text(r, f);
	struct tm tm = {.tm_isdst = 0}, back;
	const char *end;
	int day;
	time_t t;

	if (!r->fields[f])
		return 0;
	end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	day = tm.tm_mday;
	t = timegm(&tm);
	if (end && !*end && strlen(text) == strlen("YYYY-MM-DDTHH:MM:SSZ") &&
	    gmtime_r(&t, &back) && back.tm_mday == day)
		return 0;
	return err_set(e, -EINVAL,
		       "started is \"%s\", not a moment like "
		       "2026-01-31T23:59:59Z",
		       text);
}

static int sample_check(const struct record *r, struct err *e)
{
	const char *name = record_text(r, F_CASE);
	const char *target = record_text(r, F_TARGET);
	size_t len = strlen(target);

	if (strncmp(name, target, len) != 0 || name[len] != '/')
		return err_set(e, -EINVAL,
			       "case \"%s\" does not begin with its target "
			       "\"%s\"",
			       name, target);
	return r->kind == RECORD_IMAGE ? image_check(r, e)
				       : storage_check(r, e);
}

int record_check(const struct record *r, struct err *e)
{
	int ret = moment_check(r, e);

	return ret < 0 || r->kind == RECORD_RUN ? ret : sample_check(r, e);
}
