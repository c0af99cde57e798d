/* findings: the whole stream of the findings of a fleet, made by several threads.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_FINDINGS_H
#define BERTH_SCAN_FINDINGS_H

#include <stddef.h>
#include <stdint.h>

struct apps;
struct error;
struct progress;
struct stream_writer;
struct survey_options;

struct findings_count {
	uint64_t records, problems;
};

/* Writes all records of the apps behind the header, from the opening one to the closing one, with JOBS
 * threads (at most WORKERS_MAX), and flushes them. TOOL: `berth VERSION stream 1`. PROGRESS is told how many
 * apps have been read; it may be NULL. */
int findings_write(const struct apps *, const struct survey_options *, size_t jobs, const char *tool,
    const struct progress *, struct stream_writer *out, struct findings_count *ret, struct error *);

#endif
