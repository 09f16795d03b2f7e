/* Bytes over time in a fixed number of steps. */
#include "case/series.h"

#include "tap.h"

static uint64_t sum(const struct series *s)
{
	uint64_t all = 0;

	for (unsigned i = 0; i < SERIES_STEPS; i++)
		all += s->bytes[i];
	return all;
}

int main(void)
{
	const uint64_t ms = 1000000, start = 77 * ms;
	struct series a, b;

	series_start(&a, start);
	series_add(&a, start, 1);
	series_add(&a, start + ms - 1, 2);
	series_add(&a, start + ms, 4);
	is_u64(a.bytes[0], 3, "what ends within a millisecond is its step's");
	is_u64(a.bytes[1], 4, "what ends at its end is the next one's");
	is_u64(a.used, 2, "two steps are used");
	series_add(&a, start + SERIES_STEPS * ms, 8);
	is_u64(a.step_ns, 2 * ms, "what outgrows the steps doubles them");
	is_u64(a.bytes[0], 7, "two became one");
	is_u64(a.bytes[SERIES_STEPS / 2], 8, "the new one stands behind them");
	is_u64(a.used, SERIES_STEPS / 2 + 1, "and is the last");
	series_add(&a, start + 3600000 * ms, 16);
	is_u64(sum(&a), 31, "an hour later no byte is lost");
	ok(a.used <= SERIES_STEPS, "in as many steps as before");
	series_start(&b, 0);
	series_add(&b, 5 * ms, 32);
	series_merge(&b, &a);
	is_u64(sum(&b), 63, "merged, no byte is lost either");
	is_u64(b.step_ns, a.step_ns, "and the coarser steps are taken");
	is_u64(b.used, a.used, "as far as the longer one goes");
	series_start(&b, 0);
	series_add(&b, 0, 1);
	series_merge(&a, &b);
	is_u64(sum(&a), 32, "finer ones into coarser ones as well");
	series_add(&b, 0, 1);
	is_u64(b.bytes[0], 2, "an end before the start is at the start");
	return done_testing();
}
