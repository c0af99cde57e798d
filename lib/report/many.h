/* many: one answer of the fleets of many hosts.
 * SPDX-License-Identifier: MIT
 *
 * Each host's fleet is judged by itself and dropped before the next one is read, so that no clash crosses
 * hosts and memory is that of the largest fleet. Each row of a report gets its host as its last column;
 * reports over the tables hosts and placements are asked once, of all hosts. */
#ifndef BERTH_REPORT_MANY_H
#define BERTH_REPORT_MANY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/str.h"

struct audit;
struct error;
struct render_options;
struct report;

struct many_options {
	const struct report *reports;	/* what is asked: one, or several for a page or a folder */
	size_t report_count;
	const struct render_options *how;
	bool is_page;
	const char *folder;		/* where all of it goes, with a page; NULL: nowhere */
	bool carries, places;		/* one of them asks of all hosts at once; and where the apps are */
};

struct many;

struct many_result {
	bool fails;			/* a report found what must not be, on some host */
	size_t problems, files;		/* as in struct answer */
};

/* -1 where what is asked is of one host alone. OPTIONS is borrowed. */
int many_open(struct many **ret, const struct many_options *, struct error *);
void many_close(struct many *);
/* Asks the audit of HOST, which may be closed then. -1: no other can be asked either. */
int many_add(struct many *, struct audit *, struct str host, struct error *);
/* Appends the answer of all of them. */
int many_finish(struct many *, struct buf *, struct many_result *ret, struct error *);

MEM_AUTO_PTR(many);

#endif
