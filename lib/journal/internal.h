/* internal: the journal's handle and the names of its statements, for the sources of this room.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_JOURNAL_INTERNAL_H
#define BERTH_JOURNAL_INTERNAL_H

#include "system/folder.h"
#include "system/sql.h"

/* What an app is in a run: the numbers stand in the file. */
enum journal_app_state { APP_WAITING, APP_CHANGED, APP_LEFT, APP_RESTORED };

enum journal_statement {
	Q_ADD_RUN,
	Q_ADD_APP,
	Q_ADD_FILE,
	Q_SET_APP,
	Q_SET_RUN,
	Q_FORGET,
	Q_RUN,
	Q_APPS,
	Q_FILES,
	Q_ENTRIES,
	Q_OUTCOME,
	Q_FOLDERS,
	Q_PATHS,
	Q_TEXTS,
	Q_COUNT
};

struct journal {
	struct sql *db;
	char *path;		/* absolute, symlinks resolved */
	struct folder_id id;	/* which file it is */
};

#endif
