/* writer: the findings of one app as they are written, each with its place.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_WRITER_H
#define BERTH_SCAN_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "stream/finding.h"
#include "compose/project.h"

struct fleet_app;

struct notebook {
	struct stream_writer *rows;
	const struct fleet_app *app;
	const struct project *project;
	struct arena *arena;		/* of the app */
	uint64_t records, problems;	/* written, over all apps */
};

/* A finding of this app with nothing else in it yet. */
struct finding notebook_finding(const struct notebook *, enum finding_record);
/* A place in a file, with its raw bytes where SHOW: only ports, names and addresses may be shown. */
struct place notebook_place(struct source *, struct span, bool show);
/* Where to look only: file, line and column. */
struct place notebook_spot(struct source *, size_t offset);
/* Fills place, digest, variable, origin and chain with what decides T, and detail with why no single span
 * does. */
void notebook_decided(const struct notebook *, struct finding *, struct trace t, bool show);
void notebook_write(struct notebook *, const struct finding *);

#endif
