/* The bounds that the runner judges samples by and `ie-stats check` holds
 * records against. */
#pragma once

/* Of the timed window: how far clocks may be apart without our knowing, and how
 * far apart jobs may begin. */
#define CLOCK_ERROR_MAX 0.05
#define JOB_SKEW_MAX 0.05

/* Of the same window: how far two clocks of one host may move apart in it, and
 * what it takes to read both. */
#define CLOCK_DRIFT_MAX 0.05
#define CLOCK_DRIFT_SLACK_NS 100000

/* --- a cold read --- */

/* Of the bytes that were read so many came from disk, at least: */
#define COLD_RATIO_MIN 0.95
/* at most, and so many bytes more: readahead runs up to 8 MiB past the end of
 * each server's share, and metadata is read, too. Above that it was others. */
#define COLD_RATIO_MAX 1.25
#define COLD_SLACK_BYTES (16 << 20)
/* Of the bytes that were read, what others read from the same disks in that
 * time, at the rate measured right before and after, is at most */
#define COLD_OTHERS_MAX 0.25
/* and what this host's page cache held before. */
#define COLD_RESIDENT_MAX 0.05
