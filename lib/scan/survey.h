/* survey: what a fleet's projects say, as findings.
 * SPDX-License-Identifier: MIT
 *
 * A survey serves one thread and keeps its memory from app to app; its rules are shared and read-only. */
#ifndef BERTH_SCAN_SURVEY_H
#define BERTH_SCAN_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

struct error;
struct fleet;
struct progress;
struct stream_writer;
struct survey;
struct survey_rules;

struct survey_options {
	const char *backend, *frontend;		/* patterns (lib/scan/pair.h); NULL: the defaults */
	/* look through the apps' other files too (lib/scan/mention.h) */
	bool mentions;
	bool template;				/* what stands below the root is a scaffold, not yet an app */
	bool env;				/* the process environment counts, as for Compose */
	const char *const *environ;
};

int survey_rules_open(struct survey_rules **ret, const struct survey_options *, struct error *);
void survey_rules_close(struct survey_rules *);

/* FLEET and RULES are borrowed. */
int survey_open(struct survey **ret, const struct fleet *, const struct survey_rules *, struct error *);
void survey_close(struct survey *);
/* Reads app INDEX of the fleet and writes what it says. */
void survey_app(struct survey *, size_t index, struct stream_writer *rows);
/* How many records it has written, and how many of them are problems. */
uint64_t survey_records(const struct survey *);
uint64_t survey_problems(const struct survey *);

/* The records that are the fleet's as a whole: the opening one with one for each folder that could not be
 * read (their number is returned), and the closing one, with the count of all before it. */
uint64_t survey_write_start(const struct fleet *, const char *version, struct stream_writer *rows);
void survey_write_end(uint64_t records, struct stream_writer *rows);

struct survey_counts {
	uint64_t records, problems;
};

/* The whole stream behind its header: all records of FLEET, from the opening one to the closing one, by JOBS
 * threads (at most
 * CREW_JOBS), flushed. TOOL: `berth VERSION stream 1`. PROGRESS: who watches; may be NULL. */
int survey_fleet(const struct fleet *, const struct survey_options *, size_t jobs, const char *tool,
    const struct progress *, struct stream_writer *out, struct survey_counts *ret, struct error *);

MEM_AUTO_PTR(survey);
MEM_AUTO_PTR(survey_rules);

#endif
