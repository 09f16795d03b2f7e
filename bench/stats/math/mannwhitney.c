/* See mannwhitney.h. */
#include "mannwhitney.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "cleanup.h"

/* How many subsets of k of the ranks have each sum: out[sum - least], where
 * least is the sum of the first k. Ranks ascend. Counts are doubles: they are
 * sums of positive numbers, so nothing cancels; C(200, 100) is 9e58. */
static double *sums_count(const uint32_t *rank, size_t count, size_t k,
			  size_t *least, size_t *span)
{
	size_t most = 0;
	double *ways, *out;

	*least = 0;
	for (size_t i = 0; i < k; i++) {
		*least += rank[i];
		most += rank[count - 1 - i];
	}
	*span = most - *least + 1;
	ways = calloc((k + 1) * (most + 1), sizeof(*ways));
	out = calloc(*span, sizeof(*out));
	if (!ways || !out) {
		free(ways);
		free(out);
		return NULL;
	}
	ways[0] = 1;
	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1 < k ? i + 1 : k; j > 0; j--) {
			double *to = ways + j * (most + 1) + rank[i];
			const double *from = ways + (j - 1) * (most + 1);

			for (size_t s = 0; s + rank[i] <= most; s++)
				to[s] += from[s];
		}
	for (size_t s = 0; s < *span; s++)
		out[s] = ways[k * (most + 1) + *least + s];
	free(ways);
	return out;
}

static void cumulate(double *v, size_t n)
{
	for (size_t i = 1; i < n; i++)
		v[i] += v[i - 1];
	for (size_t i = 0; i < n; i++)
		v[i] /= v[n - 1];
}

static const double *cdf_get(struct mw_cache *cache, size_t m, size_t n)
{
	uint32_t rank[2 * MW_EXACT_MAX];
	size_t small = m < n ? m : n, big = m < n ? n : m, least, span;
	double **slot = &cache->cdf[small][big];

	if (*slot)
		return *slot;
	for (size_t i = 0; i < m + n; i++)
		rank[i] = (uint32_t)i + 1;
	*slot = sums_count(rank, m + n, small, &least, &span);
	if (*slot)
		cumulate(*slot, span);
	return *slot;
}

void mw_cache_free(struct mw_cache *cache)
{
	for (size_t i = 0; i <= MW_EXACT_MAX; i++)
		for (size_t j = 0; j <= MW_EXACT_MAX; j++)
			free(cache->cdf[i][j]);
	*cache = (struct mw_cache){0};
}

static bool exact(size_t m, size_t n)
{
	return m <= MW_EXACT_MAX && n <= MW_EXACT_MAX;
}

static double sigma(double m, double n)
{
	return sqrt(m * n * (m + n + 1) / 12);
}

double mw_cdf(struct mw_cache *cache, size_t m, size_t n, double u)
{
	double pairs = (double)m * (double)n;
	const double *cdf;

	if (u < 0)
		return 0;
	if (u >= pairs)
		return 1;
	if (!exact(m, n))
		return gsl_cdf_ugaussian_P((floor(u) + 0.5 - pairs / 2) /
					   sigma((double)m, (double)n));
	cdf = cdf_get(cache, m, n);
	return cdf ? cdf[(size_t)u] : NAN;
}

size_t mw_outside(struct mw_cache *cache, size_t m, size_t n, double tail)
{
	size_t low = 0; /* so many are known to be few enough */
	size_t high = m * n / 2 + 1;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (mw_cdf(cache, m, n, (double)mid - 1) <= tail)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* Both samples in order, as twice their midranks: whole numbers. */
struct ranking {
	uint32_t *rank;
	size_t count;
	uint64_t sum_x; /* of the ranks of x */
	bool ties;
	double cubes; /* sum of t^3 - t over groups of t ties */
};

static int ranking_make(struct ranking *r, const double *x, size_t m,
			const double *y, size_t n)
{
	r->count = m + n;
	r->rank = malloc(r->count * sizeof(*r->rank));
	if (!r->rank)
		return -1;
	for (size_t i = 0, j = 0, at = 0; at < r->count;) {
		double v = j == n || (i < m && x[i] <= y[j]) ? x[i] : y[j];
		size_t of_x = i, first = at, t;

		while (i < m && x[i] <= v)
			i++;
		of_x = i - of_x;
		while (j < n && y[j] <= v)
			j++;
		t = i + j - first;
		for (; at < i + j; at++)
			r->rank[at] = (uint32_t)(2 * first + t + 1);
		r->sum_x += of_x * (uint64_t)(2 * first + t + 1);
		r->ties |= t > 1;
		r->cubes += (double)t * ((double)t * (double)t - 1);
	}
	return 0;
}

/* Two-sided from both tails of a distribution around its middle. */
static double two_sided(double below, double above)
{
	return fmin(1, 2 * fmin(below, above));
}

static double p_normal(const struct ranking *r, double u, double m, double n)
{
	double total = m + n;
	double tied = r->cubes / (total * (total - 1));
	double sd = sqrt(m * n / 12 * (total + 1 - tied));
	double off = fabs(u - m * n / 2) - 0.5;

	return sd > 0 && off > 0 ? fmin(1, 2 * gsl_cdf_ugaussian_Q(off / sd))
				 : 1;
}

static double p_permutation(const struct ranking *r, size_t m, size_t n)
{
	/* by the smaller side: the other's sum follows from it */
	uint64_t total = (uint64_t)r->count * (r->count + 1);
	uint64_t sum = m <= n ? r->sum_x : total - r->sum_x;
	size_t least, span;
	cleanup_free double *ways =
		sums_count(r->rank, r->count, m < n ? m : n, &least, &span);
	double below = 0, above = 0, all = 0;

	if (!ways)
		return NAN;
	for (size_t i = 0; i < span; i++) {
		all += ways[i];
		below += i <= sum - least ? ways[i] : 0;
		above += i >= sum - least ? ways[i] : 0;
	}
	return two_sided(below / all, above / all);
}

double mw_p(struct mw_cache *cache, const double *x, size_t m, const double *y,
	    size_t n)
{
	struct ranking r = {0};
	double p, u;

	if (ranking_make(&r, x, m, y, n) < 0)
		return NAN;
	u = (double)r.sum_x / 2 - (double)m * ((double)m + 1) / 2;
	if (!exact(m, n))
		p = p_normal(&r, u, (double)m, (double)n);
	else if (r.ties)
		p = p_permutation(&r, m, n);
	else /* the distribution is symmetric */
		p = two_sided(mw_cdf(cache, m, n, u),
			      mw_cdf(cache, m, n, (double)m * (double)n - u));
	free(r.rank);
	return p;
}

size_t mw_least_n(double alpha)
{
	double p = 1; /* 2 / C(2n, n), from C(2n+2, n+1) / C(2n, n) */
	size_t n = 1;

	while (p > alpha) {
		p *= (double)(n + 1) / (2 * (2 * (double)n + 1));
		n++;
	}
	return n;
}
