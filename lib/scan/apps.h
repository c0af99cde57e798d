/* apps: the apps below one root, in their order: model by bytes, then app_num as a number.
 * SPDX-License-Identifier: MIT
 *
 * An app is a folder that holds a compose file, or whose .env names one. One in the layout has the identity
 * that its path gives it; any other has its path in the fleet as model, and number 1. Where two folders in
 * the layout have one identity, the first by path keeps it. No two apps below a root bear the same
 * identity. */
#ifndef BERTH_SCAN_APPS_H
#define BERTH_SCAN_APPS_H

#include <stdbool.h>
#include <stddef.h>

#include "scan/selection.h"
#include "scan/walk.h"
#include "scan/ways.h"
#include "stream/identity.h"

struct buf;

struct app {
	struct str folder;	/* relative to the root, "." for the root itself; NUL behind it */
	unsigned names;		/* which compose files it has, as bits (project_name_bit) */
	struct identity id;
	bool in_layout;
	/* how it is run; none: by the folder alone */
	const struct project_way **ways;
	size_t way_count;
	/* the folder that has the identity which this one's path asks for; empty: none has */
	struct str twin;
};

struct apps_options {
	unsigned walk;			/* enum walk_flags */
	size_t jobs;			/* threads, at least 1 */
	const char *layout;		/* NULL: the default */
	struct selection list;		/* the apps to find; no file: all of them */
	const struct ways *ways;	/* folders that are apps, too, and how they are run; NULL: none */
};

struct apps {
	char *root;			/* absolute, symlinks resolved */
	int fd;				/* of the root */
	struct app *items;
	size_t count;
	bool is_listed;			/* only those that a list names */
	/* its faults, by path, are the folders that could not be read; its loose files, by path, those that
	 * may be compose files */
	struct walk walk;
};

/* Finds the apps below ROOT. Returns -1 where there is no such folder, the layout is no pattern for one,
 * or the list cannot be read. */
int apps_open(struct apps **ret, const char *root, const struct apps_options *, struct error *);
void apps_close(struct apps *);
/* What a finding about FOLDER, which is no app, goes by: no app's identity. */
struct identity apps_beside(const struct apps *, struct arena *, struct str folder);
/* Folders outside the layout that are named as a series, as run_1 and run_2 below one folder: how many there
 * are; RET is then the layout that takes them (for --layout), and *ret_first the first of them. */
size_t apps_series(const struct apps *, struct buf *ret, struct str *ret_first);

MEM_AUTO_PTR(apps);

#endif
