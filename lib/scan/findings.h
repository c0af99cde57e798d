/* findings: the whole stream of the findings of a fleet, made by several threads.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_FINDINGS_H
#define BERTH_SCAN_FINDINGS_H

#include <stddef.h>
#include <stdint.h>

#include "scan/survey.h"

struct apps;
struct buf;
struct error;
struct progress;
struct stream_writer;

struct findings_options {
	struct survey_options survey;
	size_t jobs;				/* threads, at most THREADS_MAX */
	const char *tool;			/* `berth VERSION stream 1` */
	const char *host_name;			/* what this host is called; NULL or empty: nobody said */
	/* where the system tells of its processes ("/proc"): what the host holds is told, too; NULL: it is
	 * not */
	const char *host;
	struct buf *no_engine; /* is told why there was no engine to ask; with host alone */
	const struct progress *progress;	/* told how many apps have been read; NULL: nobody is */
};

struct findings_count {
	uint64_t records, problems;
	uint64_t followed;	/* values at the places that the owner names */
	uint64_t none;		/* of the apps: scaffolds and parts of others, which count as none */
};

/* Writes all records of the apps behind the header, from the opening one to the closing one, and flushes
 * them. */
int findings_write(const struct apps *, const struct findings_options *, struct stream_writer *out,
    struct findings_count *ret, struct error *);

#endif
