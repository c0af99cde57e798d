/* inventory: the findings of a fleet held in compact memory, in an order that does not depend on the
 * stream's.
 * SPDX-License-Identifier: MIT
 *
 * Every text is interned, and what many findings have alike is kept once: a finding is an inventory_item
 * of small numbers, so that a fleet of a million findings fits. Fill it with inventory_add or inventory_read,
 * then inventory_settle sorts it: apps by model (bytes), app_num (a number) and folder; within an app by
 * record, then by place. Nothing is added after that. Text number 0 is the empty text; equal texts have equal
 * numbers. Strs, spots and words stay valid until release. */
#ifndef BERTH_FLEET_INVENTORY_H
#define BERTH_FLEET_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "stream/finding.h"
#include "base/mem.h"
#include "base/pool.h"
#include "base/str.h"

struct error;

#define INVENTORY_NONE UINT32_MAX	/* no app, no item, no file */
/* More items than an inventory has: their numbers have bits to spare for who keeps many. */
#define INVENTORY_ITEMS (UINT32_C(1) << 28)

/* Where in a file: what a generator wrote stands at the same spot of many. */
struct inventory_spot {
	uint32_t line, column, off, len;
	uint32_t raw;			/* text */
};

struct inventory_place {
	uint32_t file;			/* text */
	uint32_t spot;			/* inventory_spot knows */
};

/* What items of many apps say alike. */
struct inventory_words {
	uint32_t service, host_ip, container_port, protocol, variable, detail, chain, whole;	/* texts */
	uint32_t rare;			/* inventory_rare knows */
};

struct inventory_item {
	uint8_t record;			/* enum finding_record */
	uint8_t role;			/* enum finding_role */
	uint8_t origin : 2;		/* enum origin */
	uint8_t claim : 3;		/* enum finding_claim */
	bool place_known : 1, site_known : 1, follows : 1;
	/* of a port record: its host port, or the range that one mapping may take any port of; 0: Docker
	 * picks, or not a number */
	uint16_t low, high;
	uint32_t app;			/* index into apps once settled */
	uint32_t value;			/* text */
	struct inventory_place place, site;
	const struct inventory_words *words;
};

/* What few findings have. */
struct inventory_rare {
	uint32_t profile, network_mode, replicas, serves, unnamed, doubt;	/* texts */
	uint32_t other_role;		/* text: of ROLE_OTHER */
	uint32_t odd_port;		/* text: of port_range.odd */
	struct inventory_place alias;	/* of a port or name: the alias that its content may replace */
	uint32_t alias_text;		/* text: that content; 0: there is no alias */
	uint32_t alias_at;		/* where in it the claim's site.raw stands: within the text */
	uint32_t elsewhere;		/* text: where the text of the site means something else as well */
	uint32_t handed_to;		/* text: of a use with role `handed` */
	uint32_t before, behind;	/* texts: of a port, what its default holds beside it */
	uint32_t rest;			/* text: of a port, what its long form says beside the rest */
	struct inventory_place also;	/* of a port: the second text that gives it; file 0: none does */
	struct inventory_place heir;	/* the alias that becomes alias.raw when that goes; len 0: none */
};

struct inventory_app {
	uint32_t folder;		/* text; relative to the root */
	struct identity id;
	bool in_layout;			/* as scan says, until inventory_swap_twin */
	bool is_app;			/* or may be one; else a folder beside them, whose texts name ports */
	/* text: the folder that has the identity this one's path would give it; else 0 */
	uint32_t twin;
	uint32_t first, count;		/* its items */
};

/* A file that was read for an app or looked for. */
struct inventory_file {
	uint32_t path;			/* text */
	uint32_t readers;		/* how many apps read it */
	uint32_t app;			/* one of them: the only one where readers is 1 */
	bool exists, is_folder, is_unreadable;
	bool is_open;			/* its last line has no end */
	uint32_t target;		/* text: where a symlink on its path leads; 0: there is none */
	uint32_t size;
	uint32_t keys;			/* of an example of a .env: how many it sets; 0: not known */
	uint64_t digest;
};

/* What the host holds beside the fleet. */
struct inventory_held {
	enum finding_role role; /* as of FINDING_HELD */
	uint16_t port;
	uint32_t host_ip, protocol, value, whole, whose; /* texts */
};

struct inventory {
	struct inventory_app *apps;
	size_t app_count, app_cap;
	struct inventory_item *items;
	size_t item_count, item_cap;
	/* volumes and networks that their apps only use: nobody's, so no items; by app and name */
	struct inventory_item *externals;
	size_t external_count, external_cap;
	struct inventory_file *files;	/* by path */
	size_t file_count, file_cap;
	struct inventory_held *held; /* as they came */
	size_t held_count, held_cap;
	bool is_part;			/* apps below the root may be missing */
	/* private: */
	struct pool spots, words, rares;
	struct arena arena;
	struct str *texts;
	size_t text_count, text_cap;
	uint32_t *slots;		/* open addressing: text number + 1, 0 where free */
	size_t slot_count;
	uint32_t *app_of, *file_of;	/* by text: the app of that folder, the file of that path */
};

#define INVENTORY_INIT \
	{ \
		.arena = ARENA_INIT, .spots = POOL_INIT(struct inventory_spot), \
		.words = POOL_INIT(struct inventory_words), .rares = POOL_INIT(struct inventory_rare) \
	}

/* The number of text S, which is copied where it is new. */
uint32_t inventory_intern(struct inventory *, struct str s);
/* The number of S, or INVENTORY_NONE where no finding has that text. */
uint32_t inventory_lookup(const struct inventory *, struct str s);
struct str inventory_str(const struct inventory *, uint32_t text);
/* What ITEM has of that. */
const struct inventory_rare *inventory_rare(const struct inventory *, const struct inventory_item *);
/* Where in its file PLACE is. */
const struct inventory_spot *inventory_spot(const struct inventory *, const struct inventory_place *);
/* PLACE as findings have it. */
struct place inventory_place(const struct inventory *, const struct inventory_place *, bool known);
/* Whether two places are the same bytes of the same file. */
bool inventory_is_one_text(
    const struct inventory *, const struct inventory_place *, const struct inventory_place *);
/* The one copy of WORDS. */
const struct inventory_words *inventory_words(struct inventory *, const struct inventory_words *words);
/* Takes in F (neither fleet nor end). -1 where an offset or a line does not fit 32 bits, or the fleet has
 * too many records. */
int inventory_add(struct inventory *, const struct finding *f, struct error *);
/* Takes in all that READER has left. */
int inventory_read(struct inventory *, struct finding_reader *reader, struct error *);
/* May be called again, after inventory_swap_twin. */
void inventory_settle(struct inventory *);
/* Gives APP, which has a twin, the identity of that twin, which then counts as outside the layout. Settle
 * again after it. */
void inventory_swap_twin(struct inventory *, uint32_t app);
/* The first item of an app with that record at or behind index FROM, INVENTORY_NONE where there is none.
 * for (i = inventory_find(v, app, FINDING_PORT, 0); i != INVENTORY_NONE; i = inventory_find(v, app,
 * FINDING_PORT, i + 1)) */
uint32_t inventory_find(
    const struct inventory *, const struct inventory_app *, enum finding_record, uint32_t from);
/* How many apps there are, without the folders beside them. */
size_t inventory_count_apps(const struct inventory *);
/* The app in FOLDER (a text; INVENTORY_NONE is none), INVENTORY_NONE where there is no app. */
uint32_t inventory_app_of(const struct inventory *, uint32_t folder);
/* The file of that path, NULL where no record speaks of it. After settle. */
const struct inventory_file *inventory_file(const struct inventory *, uint32_t path);
/* Item I as a finding again, as far as the registry has columns for it; digests are the files'. Borrowed from
 * the inventory. */
void inventory_finding(const struct inventory *, uint32_t i, struct finding *ret);
/* Likewise the external I. */
void inventory_external(const struct inventory *, size_t i, struct finding *ret);
/* The host ports of ITEM. */
struct port_range inventory_ports(const struct inventory *, const struct inventory_item *);
/* Whether ITEM has the same text as host port and as container port. */
bool inventory_has_one_number(const struct inventory *, const struct inventory_item *);
/* Whether the service of a port or a name runs at all: one with no replicas holds nothing. */
bool inventory_runs(const struct inventory *, const struct inventory_item *);
/* Whether a port record is one that is published by a fixed number: it can clash. */
bool inventory_is_published(const struct inventory *, const struct inventory_item *);
void inventory_release(struct inventory *);

MEM_AUTO(inventory);

#endif
