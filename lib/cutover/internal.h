/* internal: what the files of this room share and no other room sees.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_CUTOVER_INTERNAL_H
#define BERTH_CUTOVER_INTERNAL_H

#include <stdint.h>

#include "base/arena.h"
#include "cutover/cutover.h"
#include "system/lock.h"
#include "system/process.h"
#include "system/sql.h"

struct lock;
struct stream_writer;

/* The files of that name in this folder, as the build embeds them. */
extern const char cutover_tables_sql[], cutover_fill_sql[], cutover_waits_sql[], cutover_blockers_sql[],
    cutover_missing_sql[];

struct cutover {
	const struct cutover_options *options;
	struct sql *sql; /* the snapshot, and the tables of tables.sql */
	FILE *out;
	struct stream_writer *rows;
	size_t row_count;
	int64_t run; /* the last of the journal */
	struct lock lock;
	struct cutover_outcome *outcome;
	struct arena arena;
};

/* An app that is brought over. */
struct cutover_app {
	int64_t id;
	struct str app, folder, project, options;
	int64_t started; /* when its group began to go down, in milliseconds */
	bool was_down;
	bool has_failed;
	bool is_open; /* a volume is left for a person to decide on: it is not forgotten */
	size_t group; /* those of one group go down together */
};

/* A list of texts, in the arena. */
struct cutover_texts {
	struct str *items;
	size_t count, cap;
};

/* --- gather.c: what the files say --- */

void gather_add(struct cutover *, struct cutover_texts *, struct str text);
/* Adds the first column of the rows that SQL gives, whose ?1 is the app. */
int gather_texts(
    struct cutover *, const char *sql, const struct cutover_app *, struct cutover_texts *ret, struct error *);
/* Runs SQL, whose ?1 is the app. */
int gather_change(struct cutover *, const char *sql, const struct cutover_app *, struct error *);

/* Keeps every other apply and cutover away from the registry. */
int gather_lock(struct cutover *, struct error *);
/* Lays the tables of tables.sql beside the snapshot and fills them for the folders that a run has changed. */
int gather_apps(struct cutover *, struct error *);
/* The apps to bring over, in the arena. */
int gather_waiting(struct cutover *, struct cutover_app **ret, size_t *ret_count, struct error *);

/* --- order.c: who goes first --- */

/* Sorts the apps so that who frees a port, a name or a project goes before who wants it, and numbers the
 * groups of those that wait for each other. */
int order_apps(struct cutover *, struct cutover_app *, size_t count, struct error *);

/* --- command.c: what is done, and what is said of it --- */

enum command_status { COMMAND_DONE, COMMAND_NOTHING, COMMAND_FAILED, COMMAND_PROBLEM };

/* A row of the results. One that failed or is for a person counts; after a failure nothing more is done
 * for the app. */
void command_tell(struct cutover *, struct cutover_app *, const char *step, enum command_status,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* Runs `docker WORDS… MORE…` in the app's folder (APP NULL: wherever), or writes it, with its REASON. The
 * words `{compose}` stand for `compose` and the app's options. True where it ended well. */
bool command_docker(struct cutover *, const struct cutover_app *, const char *reason,
    const char *const *words, const struct str *more, size_t count, struct process_answer *ret);
/* The same of a shell's SCRIPT with its arguments $1 and so on. */
bool command_shell(struct cutover *, const char *reason, const char *script, const struct str *arguments,
    size_t count, struct process_answer *ret);
/* Asks `docker WORDS… MORE…`, which changes nothing, dry run or not. */
bool command_ask(struct cutover *, const struct cutover_app *, const char *const *words,
    const struct str *more, size_t count, struct process_answer *ret);
/* The same of a shell's SCRIPT with its arguments. */
bool command_ask_shell(struct cutover *, const char *script, const struct str *arguments, size_t count,
    struct process_answer *ret);
/* Milliseconds of a clock that only goes forward. */
int64_t command_clock(void);

/* --- contents.c: what a volume holds --- */

struct contents {
	bool is_known; /* it could be looked at */
	uint64_t files, bytes;
	struct str newest, when; /* the file changed last, and when; in the arena */
	uint64_t digest; /* equal where names, sizes, times and owners are */
};

/* Of the folder PATH. */
void contents_of_folder(const char *path, struct arena *, struct contents *ret);
/* Of VOLUME, through a container of IMAGE. */
void contents_elsewhere(struct cutover *, struct str volume, struct str image, struct contents *ret);
/* Appends `3 files, 120 bytes, the newest x of …`. */
struct str contents_text(struct arena *, const struct contents *);

/* --- volumes.c: what volumes hold is carried over --- */

/* Has Compose make the volumes that are missing, and fills those of APP's that are empty. After the app is
 * down. */
int volumes_carry(struct cutover *, struct cutover_app *, struct error *);
/* Puts aside what those of APP's that it is to get hold of another one's, before any is filled. */
int volumes_put_aside(struct cutover *, struct cutover_app *, struct error *);
/* Fills the anonymous volumes of the app's containers that have never run. INSPECTED: its containers, as the
 * engine says. */
int volumes_carry_unnamed(struct cutover *, struct cutover_app *, struct str inspected, struct error *);

/* --- build.c, down.c, up.c: the steps, each of which is done for apps that are well --- */

/* While the app still runs, so that it is not down meanwhile. */
int build_images(struct cutover *, struct cutover_app *, struct error *);
/* Whether nothing stands in the way of the COUNT apps of a group, 1 or 0; where something does for one,
 * all are left. */
int down_may_go(struct cutover *, struct cutover_app *apps, size_t count, struct error *);
/* Whether one of a group has failed at STEP, for which the others wait then, as is told of them with what
 * they are SO_FAR. */
bool down_wait_for_failed(
    struct cutover *, struct cutover_app *apps, size_t count, const char *step, const char *so_far);
/* Notes what the engine would forget, and stops the old containers of all of them at once. */
int down_stop(struct cutover *, struct cutover_app *apps, size_t count, struct error *);
/* Takes the app's old containers away, by their ids, and the networks that are empty then. */
int down_remove(struct cutover *, struct cutover_app *, struct error *);
/* Has Compose make the containers of what was there, and fills their anonymous volumes before they run. */
int up_create(struct cutover *, struct cutover_app *, struct error *);
int up_start(struct cutover *, struct cutover_app *, struct error *);
/* Waits until what ran runs as the files say, and takes the notes away. */
int up_verify(struct cutover *, struct cutover_app *, struct error *);

#endif
