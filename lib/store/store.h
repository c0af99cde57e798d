/* store: the registry: the user's own table of port pairs and, beside it, what berth remembers.
 * SPDX-License-Identifier: MIT
 *
 * A SQLite database. The table port_configurations belongs to the user: berth takes it as it is and adds
 * no trigger or index to it. The tables of berth are those of store/schema.sql; their names begin with
 * berth_. Whoever is going to write takes the write lock first (store_begin) and only then reads what they
 * decide from. Nobody waits for another's lock for ever.
 *
 * What is read goes into the caller's arena. */
#ifndef BERTH_STORE_STORE_H
#define BERTH_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/str.h"
#include "stream/identity.h"
#include "system/sql.h"

struct change;
struct arena;
struct buf;
struct error;
struct finding;
struct store;

enum store_mode {
	STORE_READ,		/* it must be there, and is not written */
	STORE_WRITE,		/* it is made, or berth's tables are added, where they are missing */
	STORE_MEMORY		/* a new one that no file holds; the path is ignored */
};

/* The mode for planning with the database PATH. A dry run makes no file. */
enum store_mode store_mode_for(const char *path, bool dry_run);
/* PATH NULL: the one of options_db. -1 where it is not a database, a newer berth made it, or
 * port_configurations lacks a column. */
int store_open(struct store **ret, const char *path, enum store_mode, struct error *);
/* Rolls back what was not committed. */
void store_close(struct store *);
const char *store_path(const struct store *);
/* Whether no berth had written this database before it was opened. */
bool store_is_new(const struct store *);

/* What the host is called whose fleet this is, in ARENA; empty where no plan was told. */
int store_host(struct store *, struct arena *, struct str *ret, struct error *);
/* Notes that it is HOST's, where it is nobody's yet. */
int store_put_host(struct store *, struct str host, struct error *);
/* -1 with both names where it is another's than HOST's, as far as both are known. */
int store_check_host(struct store *, struct str host, struct error *);

/* Takes the write lock. */
int store_begin(struct store *, struct error *);
/* Gives it back: commits where RESULT is 0 and KEEP, else rolls back. Returns RESULT, or -1 where the commit
 * failed. */
int store_end(struct store *, int result, bool keep, struct error *);

/* --- allocations, for plan and new --- */

struct store_pair {
	struct identity id;
	uint16_t backend, frontend;	/* 0: what the row holds is no port */
	struct str folder;		/* absolute; empty where the app is not known */
};

/* All rows of port_configurations, by model and app_num. */
int store_pairs(struct store *, struct arena *, struct store_pair **ret, size_t *ret_count, struct error *);
/* Sets the ports of an app's row, where it has one, to numbers that nobody else wants, so that other rows
 * can get them. The row is then put before the transaction ends. */
int store_park_pair(struct store *, struct identity id, struct error *);
/* Adds the row of an app, or changes the ports in it. */
int store_put_pair(
    struct store *, struct identity id, uint16_t backend, uint16_t frontend, struct error *);
/* Gives up the pair, the ports and the names of an app. *ret: whether it had any. */
int store_release(struct store *, struct identity id, bool *ret, struct error *);
/* The pairs of a JSON list of {"model", "app_number" or "app_num", "backend_port", "frontend_port"}. A
 * port or a number that is none is 0. -1: it is no such list. */
int store_read_json(struct store *, struct str json, struct arena *, struct store_pair **ret,
    size_t *ret_count, struct error *);

struct store_app {
	struct str folder;		/* absolute */
	struct identity id;
	bool in_layout;
};

/* All apps that plan has met: those of the layout first, by model and app_num. */
int store_apps(struct store *, struct arena *, struct store_app **ret, size_t *ret_count, struct error *);
/* Where another folder has the identity, and the app is in the layout, that folder is forgotten with its
 * ports and names. */
int store_put_app(
    struct store *, struct str folder, struct identity id, bool in_layout, struct error *);
/* Forgets the app in FOLDER with its ports and names, but not its pair. */
int store_forget_app(struct store *, struct str folder, struct error *);
/* An app whose folder was moved. */
struct store_move {
	struct str from, to;		/* absolute */
	struct identity was, is;
	bool in_layout;			/* in TO */
};

/* Lets what the apps had in their folders be theirs where they are now; what was known there goes. What the
 * project of one is called whose identity is another is a name of the kind `kept` as well: it goes on so. */
int store_move_apps(struct store *, const struct store_move *, size_t count, struct error *);
/* The roots that plans were made for, the latest first. */
int store_roots(struct store *, struct arena *, struct str **ret, size_t *ret_count, struct error *);
/* Forgets the ports and names of the app in FOLDER, but neither it nor its pair. */
int store_clear_app(struct store *, struct str folder, struct error *);

struct store_port {
	struct str folder;		/* of the one app that owns it, absolute */
	struct str service, protocol, address, container_port, role;
	uint16_t port;
	uint16_t found;			/* the number that the files had when it was allocated */
};

struct store_name {
	struct str folder;
	struct str kind;		/* project or container */
	struct str service, name;
};

int store_ports(struct store *, struct arena *, struct store_port **ret, size_t *ret_count, struct error *);
int store_names(struct store *, struct arena *, struct store_name **ret, size_t *ret_count, struct error *);
/* Where another app owns the port, nothing changes. */
int store_put_port(struct store *, const struct store_port *, struct error *);
/* What ports had before, by folder: of each row port alone, and whose it is. And that P, which a row of
 * store_ports or the files may be, had PORT once. */
int store_former(struct store *, struct arena *, struct store_port **ret, size_t *ret_count, struct error *);
int store_put_former(struct store *, const struct store_port *p, uint16_t port, struct error *);
int store_put_name(struct store *, const struct store_name *, struct error *);

/* --- the last plan, for plan and apply --- */

/* What ports and names are after a plan, as one sum whatever their order. */
struct store_outcome {
	uint64_t sum;
	size_t count;
};

/* Adds what a finding is afterwards: five texts (app, record, service, container port, the port or name). */
void store_outcome_add(struct store_outcome *, struct buf *room, const struct str texts[static 5]);
/* What the last plan made of ROOT's fleet. 1; 0: there was none that changed something, or it was not applied
 * as a whole; -1. */
int store_outcome_read(struct store *, struct str root, struct store_outcome *ret, struct error *);
/* Notes plan ID for ROOT and leaves the record of the plan before it. */
int store_note_plan(struct store *, struct str id, struct str root, struct error *);
/* Begins the record of plan ID for ROOT. The record of the plan before it goes. */
int store_put_plan(struct store *, struct str id, struct str root, struct error *);
/* Notes that the last plan may not have seen all apps below its root. */
int store_put_part(struct store *, struct error *);
/* An app of the plan, and how many changes it has there. */
int store_put_plan_app(struct store *, struct str id, struct str folder, size_t changes, struct error *);
/* AFTER: the port or name that the finding has once the plan is applied. */
int store_put_finding(struct store *, const struct finding *, struct str after, struct error *);
int store_put_change(struct store *, struct str id, const struct change *, struct error *);

/* Notes that PLAN is also for ROOT, as its user said. */
int store_put_root(struct store *, struct str plan, struct str root, struct error *);
/* *ret: whether PLAN was registered here, for ROOT or noted for it later. */
int store_has_root(struct store *, struct str plan, struct str root, bool *ret, struct error *);
/* *ret: whether that plan was registered here. */
int store_plan_known(struct store *, struct str plan, bool *ret, struct error *);

/* What makes a row of a plan the one that was registered. */
struct store_row {
	struct str action, file, old, new;
	size_t offset;
};

/* The digest of ROW; B is scratch. No two rows have one digest by chance, and whoever could make two on
 * purpose can write the registry anyway. */
uint64_t store_row_digest(struct buf *b, const struct store_row *);

/* The digests of the rows of a plan. */
struct store_seal {
	const uint64_t *digests;	/* sorted */
	size_t count;
};

/* Keeps the digests of the changes that were put since the last seal, as those of PLAN; of older plans only
 * the latest are kept. */
int store_seal_plan(struct store *, struct str plan, struct error *);
/* 1, with the seal of PLAN in ARENA; 0: none is kept; -1. */
int store_plan_seal(struct store *, struct str plan, struct arena *, struct store_seal *ret, struct error *);
bool store_seal_has(const struct store_seal *, uint64_t digest);

struct store_marked {
	struct str folder;		/* as the changes name it */
	size_t changes;			/* carried out; fewer than the plan has for the app: a part of it */
};

/* Notes, in a transaction of its own, that APPS now have what PLAN gives them, or no longer have it. COUNT
 * is 0 for a plan that changes nothing. Where PLAN is not the last one, what is kept of the fleet is out
 * of date until the next plan, and that is noted as well. */
int store_mark(struct store *, struct str plan, const struct store_marked *apps, size_t count, bool applied,
    struct error *);

/* --- audits, for plan --- */

struct store_audit_clash {		/* one app in one clash */
	struct identity id;
	struct str kind, value, app, service, message;
};

/* Begins the record of what PLAN found among APPS apps. *ret: its number, higher than those before. The
 * latest hundred are kept. */
int store_open_audit(
    struct store *, struct str plan, struct str root, size_t apps, int64_t *ret, struct error *);
int store_put_audit_clash(struct store *, int64_t audit, const struct store_audit_clash *, struct error *);
/* Ends the record with the number of clashes. */
int store_close_audit(struct store *, int64_t audit, size_t clashes, struct error *);

MEM_AUTO_PTR(store);

#endif
