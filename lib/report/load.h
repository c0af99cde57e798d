/* load: brings what is known of a fleet into an audit.
 * SPDX-License-Identifier: MIT
 *
 * Steps of audit_open; SQL is a database in memory to which the registry, where there is one, is attached.
 * What can clash goes into CLAIMS as well as into the table findings: each with its value as it was found,
 * and as its chain, which no clash is about, what the plan makes of that value. */
#ifndef BERTH_REPORT_LOAD_H
#define BERTH_REPORT_LOAD_H

#include <stddef.h>

#include "base/arena.h"
#include "base/dict.h"

struct audit_options;
struct error;
struct inventory;
struct sql;
struct streams;

/* Apps of other hosts that are held against a fleet; one that is the fleet's own is held against the others
 * in it. */
struct load_guests {
	const char *pattern;		/* which of them, as identity_is_like has it */
	struct streams *from;
	size_t apps;			/* how many there were */
	struct dict there;		/* private: the folders of the fleet's own apps */
	struct arena arena;		/* private */
};

/* Lays out tables and views. */
int load_tables(struct sql *, struct error *);
/* The stream of the options' reader. -1 where it is cut short or damaged. */
int load_stream(struct sql *, const struct audit_options *, struct inventory *claims, struct error *);
/* The findings that the last plan left in the registry, with what became of them. */
int load_registry(struct sql *, struct inventory *claims, struct error *);
/* Of two folders with one identity scan gives it to the first by path; the one that the registry knows gets
 * it back, as in plan. Settles CLAIMS. */
int load_identities(struct sql *, struct inventory *claims, struct error *);

#endif
