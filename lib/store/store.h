/* store: the database: the user's own table of port pairs and, beside it, what berth remembers.
 * SPDX-License-Identifier: MIT
 *
 * SQLite. port_configurations is the user's: used as it is found, no trigger or index of ours on it. All
 * other tables are berth_…; the schema stands at the top of store.c. Whoever will write takes the write
 * lock first (store_begin), then reads what he decides from. Waiting for another's lock is bounded. */
#ifndef BERTH_STORE_STORE_H
#define BERTH_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/str.h"

struct error;
struct store;
struct sqlite3;

enum store_mode {
	STORE_READ,		/* must be there; nothing is made or written */
	STORE_WRITE,		/* made where it is missing, our tables added where they are */
	STORE_MEMORY		/* a fresh one that no file holds, with our tables; PATH is ignored */
};

/* The mode for planning with the database PATH: a dry run makes none. */
enum store_mode store_mode_for(const char *path, bool dry_run);
/* PATH NULL: the one of options_db. -1 where it is not a database, a newer berth's, or its
 * port_configurations lacks a column. */
int store_open(struct store **ret, const char *path, enum store_mode, struct error *);
/* Rolls back what was not committed. */
void store_close(struct store *);
/* The handle, for report's queries. */
struct sqlite3 *store_handle(struct store *);
const char *store_path(const struct store *);

/* The write lock (BEGIN IMMEDIATE), given back by commit or rollback. */
int store_begin(struct store *, struct error *);
int store_commit(struct store *, struct error *);
void store_rollback(struct store *);

/* --- for apply
 * ------------------------------------------------------------------------------------------------------ */

/* *ret: whether that plan was registered here. */
int store_plan_known(struct store *, struct str plan, bool *ret, struct error *);
struct store_marked {
	struct str folder;	/* as the changes name it */
	/* rows of the plan that were carried out; fewer than it has: only a part of it */
	size_t changes;
};

/* Notes that APPS have now what PLAN gives them, or no longer. One transaction of its own. A plan without
 * rows may be marked with COUNT 0. Where PLAN is not the last one, what is kept of the fleet is behind it
 * from now on, until the next plan. */
int store_mark_applied(
    struct store *, struct str plan, const struct store_marked *apps, size_t count, struct error *);
int store_mark_undone(
    struct store *, struct str plan, const struct store_marked *apps, size_t count, struct error *);

/* --- for plan: the pairs
 * -------------------------------------------------------------------------------------------- */

struct store_pair {
	struct str model;
	uint64_t app_num;
	uint16_t backend, frontend;	/* 0: what the row holds is no port */
	struct str folder;		/* absolute, where the app is known; else empty */
};

/* Every row, by model and app_num; strs in ARENA. */
int store_pairs(struct store *, struct arena *, struct store_pair **ret, size_t *ret_count, struct error *);
/* Takes the ports of a row, where there is one, out of the way of others that are to get them. Within a
 * transaction, in which the row is then put. */
int store_park_pair(struct store *, struct str model, uint64_t app_num, struct error *);
/* Adds a row, or changes the ports of the one that is there. Within a transaction. */
int store_put_pair(
    struct store *, struct str model, uint64_t app_num, uint16_t backend, uint16_t frontend, struct error *);
/* Gives up an app's pair, ports and names. *ret: whether there was anything. */
int store_release(struct store *, struct str model, uint64_t app_num, bool *ret, struct error *);

/* Forgets the app in FOLDER (absolute), with its ports and names; not its pair. */
int store_forget_app(struct store *, struct str folder, struct error *);
/* The pairs of a JSON list of {"model","app_number","backend_port","frontend_port"} (app_num is taken as
 * well); strs in ARENA. A port or number that is none is 0. -1: no such list. */
int store_read_json(struct store *, struct str json, struct arena *, struct store_pair **ret,
    size_t *ret_count, struct error *);

/* --- for plan: what berth remembers
 * --------------------------------------------------------------------------------- */

struct store_port {			/* an allocated port; one owner each */
	struct str folder;		/* the owner's, absolute */
	struct str service, protocol, address, container_port, role;
	uint16_t port;
	uint16_t found;			/* the number it had in the files when it was allocated */
};

struct store_name {			/* kind: project or container */
	struct str folder, kind, service, name;
};

int store_ports(struct store *, struct arena *, struct store_port **ret, size_t *ret_count, struct error *);
int store_names(struct store *, struct arena *, struct store_name **ret, size_t *ret_count, struct error *);
struct store_app {
	struct str folder, model;
	uint64_t app_num;
	bool in_layout;
};

/* Every folder that is known, in the layout first, by model and app_num. */
int store_apps(struct store *, struct arena *, struct store_app **ret, size_t *ret_count, struct error *);
/* A folder that bears the identity takes it over from any other (whose ports and names are then
 * forgotten). */
int store_put_app(
    struct store *, struct str folder, struct str model, uint64_t app_num, bool in_layout, struct error *);
/* Forgets the ports and names of the app in FOLDER (not its pair), before they are put anew. */
int store_clear_app(struct store *, struct str folder, struct error *);
/* The key gives a port one owner: where another app has it, its row stands. */
int store_put_port(struct store *, const struct store_port *, struct error *);
int store_put_name(struct store *, const struct store_name *, struct error *);

struct finding;
struct change;

/* Opens the record of plan ID for ROOT: earlier findings and changes in the database go. */
int store_put_plan(struct store *, struct str id, struct str root, struct error *);
/* One folder of the plan; CHANGES: whether it has any. */
int store_put_plan_app(struct store *, struct str id, struct str folder, size_t changes, struct error *);
int store_put_finding(struct store *, const struct finding *, struct str after, struct error *);
int store_put_change(struct store *, struct str id, const struct change *, struct error *);

struct store_audit_clash {		/* one app in one clash */
	struct str kind, value, model, app, service, message;
	uint64_t app_num;
};

/* Opens the record of what PLAN found among APPS apps and gives its number: those that went before have
 * lower ones. Only the latest hundred are kept. Its clashes follow, then their number. */
int store_open_audit(
    struct store *, struct str plan, struct str root, size_t apps, int64_t *ret, struct error *);
int store_put_audit_clash(struct store *, int64_t audit, const struct store_audit_clash *, struct error *);
int store_close_audit(struct store *, int64_t audit, size_t clashes, struct error *);

MEM_AUTO_PTR(store);

#endif
