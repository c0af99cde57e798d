/* survey: what the project of one app says, as findings.
 * SPDX-License-Identifier: MIT
 *
 * A survey serves one thread and keeps its memory from app to app; its rules are shared and read-only. */
#ifndef BERTH_SCAN_SURVEY_H
#define BERTH_SCAN_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"

struct apps;
struct crossing;
struct error;
struct outside_folder;
struct siphash_key;
struct stream_writer;
struct survey;
struct survey_rules;

struct survey_options {
	const char *backend, *frontend;		/* patterns (lib/scan/pair.h); NULL: the defaults */
	/* look through the apps' other files too (lib/scan/mention.h) */
	bool mentions;
	bool claims;				/* only what can clash, and what could not be read */
	bool template;				/* what stands below the root is a scaffold for apps */
	bool env;				/* the process environment counts, as for Compose */
	/* the key of digests of secrets (lib/scan/shared.h); NULL: none are told */
	const struct siphash_key *secrets;
	/* published ports say where an address goes (lib/scan/opening.h) */
	bool addresses;
	bool links;				/* folders may be reached through symlinks */
	const char *const *environ;
	const char *const *hosts;		/* what this host is called (lib/scan/address.h) */
	size_t host_count;
	const char *const *follow;		/* key paths whose values follow the app's ports */
	size_t follow_count;
};

int survey_rules_open(struct survey_rules **ret, const struct survey_options *, struct error *);
void survey_rules_close(struct survey_rules *);

/* What the surveys with these rules know of one another's files. */
struct crossing *survey_crossing(const struct survey_rules *);

/* The apps and RULES are borrowed. */
int survey_open(struct survey **ret, const struct apps *, const struct survey_rules *, struct error *);
void survey_close(struct survey *);
/* Reads app number INDEX and writes what it says; unless it may be a part of another app and not all of them
 * have been read: then it is put off (lib/scan/crossing.h). */
void survey_app(struct survey *, size_t index, struct stream_writer *rows);
/* Writes what the files of a folder that belongs to no app say of ports; where mentions are wanted. */
void survey_outside(struct survey *, struct outside_folder *, struct stream_writer *rows);
/* How many records it has written, and how many of them are problems. */
uint64_t survey_records(const struct survey *);
uint64_t survey_problems(const struct survey *);
/* How many folders of its count as no apps: scaffolds, and parts of others; and how many values it has met at
 * the places that the owner names. */
uint64_t survey_none(const struct survey *, uint64_t *ret_followed);

MEM_AUTO_PTR(survey);
MEM_AUTO_PTR(survey_rules);

#endif
