/* plan: from the findings and the registry to the changes that end every clash.
 * SPDX-License-Identifier: MIT
 *
 * No file of the fleet is opened. What is decided is committed to the registry before plan_run returns, so
 * before the first row can be written; where it fails nothing is. */
#ifndef BERTH_PLAN_PLAN_H
#define BERTH_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/mem.h"
#include "base/str.h"
#include "fleet/accept.h"
#include "stream/change.h"
#include "stream/identity.h"

struct error;
struct option_list;
struct inventory;
struct portmap;
struct progress;
struct store;

/* The address that ports get which listen on all. */
struct plan_bind {
	struct str given;		/* empty: none, they stay */
	struct str v4, v6;		/* where all addresses of one family are given; empty: none */
};

struct plan_options {
	struct str host;		/* whose findings they are; empty: nobody said */
	uint16_t base_backend, base_frontend, step;
	bool renumber;			/* a pair that clashes with nothing gets the next of the series too */
	bool keep;			/* the present ports of a pair that clashes are tried first as well */
	bool adopt;			/* the files' pair goes into the registry where the two differ */
	bool pairs_all;			/* pairs for apps outside the layout too */
	bool follow;			/* a container port that has the host port's number moves along */
	bool keep_project_names, leave_examples, rewrite_mentions;
	bool make_env;			/* .env.example is copied outside the layout too */
	bool overrides;			/* an override file of the app's own where no text of its own does */
	struct plan_bind bind;
	bool dry_run;			/* nothing is registered */
	bool notes;			/* keep the plan's notes, not only how many there are */
	/* shell patterns as in only, the strongest first: whose ports stay before those of others */
	const struct option_list *priority;
	const char *const *only;	/* shell patterns for `model/appN` or the folder; none: all */
	size_t only_count;
	const struct portmap *blocked;	/* what is never handed out to anyone */
	const char *const *moved;	/* `OLD=NEW`: folders that were moved */
	size_t moved_count;
	const char *here;		/* the working folder, from which these may be seen */
	bool is_here;			/* the root is a folder of this machine's, the one that was scanned */
	bool leave_held; /* what the host holds beside the fleet does not count */
	const uint8_t *listening; /* plan_allocate: 65,536 flags; NULL: not asked for */
	struct accept *accepted;	/* NULL: nothing; what of it is met is noted there */
	const struct progress *progress;	/* NULL: nobody watches */
};

#define PLAN_OPTIONS_INIT { .base_backend = 5001, .base_frontend = 8001, .step = 2 }

/* A change in little memory, as ten thousand apps have a hundred thousand; plan_change gives it back. */
struct plan_row {
	uint8_t action, reason;		/* enum change_action, enum change_reason */
	bool has_span, has_digest;
	uint32_t heading;		/* index into headings */
	uint32_t service, old;		/* texts of the inventory */
	uint32_t line, column, off, len;
	uint64_t digest;
	struct str new, detail;
};

/* What the rows of one file share. */
struct plan_heading {
	struct identity id;
	struct str app, file;
};

struct plan {
	/* 16 hex digits: a digest of the rows, so that the same plan is the same plan */
	char id[17];
	struct str host;		/* whose it is, by the findings or else the registry; may be empty */
	size_t count, cap;		/* of changes; neither fleet nor end is one */
	size_t problems;		/* how many of them are */
	size_t told;			/* and how many are problems or notes */
	/* how many networks the apps need at once with it, and how many the engine has addresses for */
	size_t networks, pools;
	struct plan_row *rows;		/* private */
	struct plan_heading *headings;	/* private */
	size_t heading_count, heading_cap;
	const struct inventory *texts;	/* private: the inventory that it was made of */
	size_t carried;			/* apps whose rows were carried along, as their folders were moved */
	/* apps that would be in the layout but for one in another place, and the last of them: who has its
	 * identity, and where it is */
	size_t borne;
	struct str bearer, borne_at;
	size_t lent;			/* apps that go on with what the registry has for one that is gone */
	/* for a person: what to do by hand beside it, one line each; NULL where not asked for */
	struct str *notes;
	size_t note_count, note_cap;
	struct arena arena;
};

#define PLAN_INIT { .arena = ARENA_INIT }

/* Plans for INVENTORY (settled), whose fleet lies at ROOT (absolute). Of two folders with one identity, the
 * one that the registry knows has it afterwards; nothing else of the inventory changes but that it gets more
 * texts. RET borrows from it. -1: the registry failed, or no port was left for some apps, of which the error
 * tells how many; nothing is registered then. */
int plan_run(struct inventory *, struct store *, struct str root, const struct plan_options *,
    struct plan *ret, struct error *);
/* Change I; its strs are the plan's and the inventory's. */
struct change plan_change(const struct plan *, size_t i);
/* Writes the stream to OUT: fleet (the one that the findings are OF), changes, end; and flushes it. TOOL:
 * `berth VERSION stream 1`. */
int plan_write(
    const struct plan *, const struct finding_reader *of, const char *tool, FILE *out, struct error *);
void plan_release(struct plan *);

/* The pair of an app that has no files yet. */
struct plan_allocation {
	struct identity id;		/* for the caller to set */
	uint16_t backend, frontend;
	struct str name;		/* PROJECT_NAME; in the arena */
};

/* The pair that the registry has for the app, else the next free one, which is registered (in a transaction
 * of its own). *MAP then tells which ports are still free for the app: what it holds beside its pair is. */
int plan_allocate(struct store *, const struct plan_options *, struct arena *, struct plan_allocation *,
    struct portmap *map, struct error *);
/* Registers PORTS as the others of the app that has the allocation, until a plan has seen its files; and the
 * pair once more, where somebody released it meanwhile. In a transaction of its own. */
int plan_allocate_ports(
    struct store *, const struct plan_allocation *, const uint16_t *ports, size_t count, struct error *);
/* A row of CSV under a header, or lines for a .env. */
void plan_allocation_print(FILE *out, const struct plan_allocation *, bool as_env);

MEM_AUTO(plan);

#endif
