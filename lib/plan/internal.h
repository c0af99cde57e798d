/* internal: what the planner's sources share.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_PLAN_INTERNAL_H
#define BERTH_PLAN_INTERNAL_H

#include "fleet/inventory.h"
#include "fleet/names.h"
#include "plan/plan.h"
#include "fleet/portmap.h"
#include "store/store.h"

/* Where the edit that moves a unit goes. */
enum unit_edit {
	EDIT_NONE,		/* nowhere: why_not says why */
	EDIT_ENV,		/* the value of a variable in .env, or a new line there */
	EDIT_PLACE,		/* the deciding span */
	EDIT_SITE,		/* the host part of the mapping becomes a literal */
	EDIT_ALIAS		/* an alias becomes its content, with the port in it */
};

/* Port findings that move as one: they share a span or a variable, or are a service's tcp and udp on one
 * number. */
struct unit {
	uint32_t app;
	uint32_t item;			/* the first of its items */
	uint32_t first, count;		/* its items: planner.members[first …] */
	uint16_t low, width;		/* what it holds now (after .env is copied) */
	uint16_t found;			/* what the registry says the files had; 0: what they have */
	uint16_t target;		/* its lowest port afterwards; 0: not decided */
	uint8_t role;			/* enum finding_role: NONE, BACKEND or FRONTEND */
	uint8_t edit;			/* enum unit_edit */
	uint32_t variable;		/* text; of EDIT_ENV */
	bool is_pair;			/* gets its port from port_configurations */
	bool is_registered;		/* the registry says that it is its app's */
	bool must_move;
	/* cannot be moved, and runs into one that stays: no row says that it is its app's */
	bool is_disputed;
	struct str why;			/* the reason, for detail */
	const char *why_not;
};

struct app_plan {
	uint32_t app;			/* index into the inventory */
	bool in_layout, selected, has_env, has_example, copies, creates;
	struct str name;		/* `model/appN`, or the folder of an app outside the layout */
	struct str folder;		/* absolute */
	struct str old_folder;		/* where the database knew this identity before; else empty */
	struct identity id;
	struct str env, example;	/* paths, relative to the root */
	const struct inventory_file *env_file, *example_file;
	bool env_is_own, example_is_own;	/* may be written: no other app reads it */
	uint32_t first_unit, unit_count;
	uint32_t backend, frontend;	/* units; INVENTORY_NONE: no pair */
	bool has_row, is_new_row;
	uint16_t row_backend, row_frontend;
	uint32_t row;			/* of planner.pairs; where has_row */
	struct str lost_row;		/* why its row could not stand; empty: it did, or there was none */
	/* its project name afterwards, as in PROJECT_NAME; Compose's is its lower case */
	struct str project;
	/* what COMPOSE_PROJECT_NAME of the coming copy of .env.example makes it; empty: nothing */
	struct str copied_project;
	/* the registry's project name for it; empty: none, or another has it */
	struct str registered_name;
	bool project_changes;		/* Compose's name differs from the found one */
	uint32_t project_item;		/* INVENTORY_NONE: none found */
	uint32_t first_row;		/* of planner.ports, its own; INVENTORY_NONE: none */
};

/* What an app's items are found by. */
enum index_by {
	BY_SETTING,		/* settings: the variable */
	BY_USE,			/* uses but those of BY_ADDRESS: the variable */
	BY_ADDRESS,		/* uses that are part of an address: the variable */
	BY_USE_PLACE,		/* uses: file, line, column */
	/* uses that decide a container side, where it is asked to follow: service, container port */
	BY_CONTAINER,
	BY_PORT_PLACE,		/* ports: file, line, column of the site */
	BY_ALIAS,		/* ports with an alias: its file, offset, length */
	BY_REFERENCE,		/* references: the variable */
	BY_END			/* behind an app's last */
};

struct index_key {
	uint32_t by;		/* enum index_by */
	uint32_t x, y, z;	/* as said there; else 0 */
};

struct index_entry {
	struct index_key key;
	uint32_t item;
};

/* What of an app's has a number: a row of the registry, a unit. */
struct numbered {
	uint32_t app, index;
	uint16_t number;
};

/* What the uses of a variable in one app allow. */
struct variable_facts {
	uint32_t app;		/* INVENTORY_NONE: not looked at yet */
	bool has_other_use, is_in_other_port;
};

struct planner {
	struct inventory *v;
	struct store *store;
	const struct plan_options *o;
	struct str root;
	struct plan *plan;
	struct arena *a;		/* the plan's */
	struct app_plan *apps;		/* one for each of the inventory's, in fleet order */
	struct unit *units;
	size_t unit_count, unit_cap;
	uint32_t *members;
	size_t member_count, member_cap;
	uint16_t *now, *after;		/* of each item that is a published port; else 0 */
	uint32_t *unit_of;		/* likewise; else INVENTORY_NONE */
	/* text of each name, project, volume and network item afterwards; 0: as it is */
	uint32_t *after_name;
	bool *renamed;			/* by item: its container name gets an edit of its own */
	struct pattern *expansion;	/* `$VAR` and `${VAR:-default}` */
	struct portmap *map;
	struct names projects, containers;
	/* container names that the registry gives to apps of this fleet, by row of names */
	struct names registered;
	struct store_pair *pairs;	/* port_configurations, by model and app_num */
	size_t pair_count;
	struct store_port *ports;	/* berth_ports */
	size_t port_count;
	uint32_t *row_after;		/* by row of ports: the same app's next row */
	/* the rows of ports whose apps are in the fleet, by what the files had */
	struct numbered *found;
	size_t found_count;
	struct store_name *names;
	size_t name_count;
	struct store_app *known;
	size_t known_count;
	size_t known_in_layout;		/* so many of the first of them */
	uint32_t *app_by_text;		/* by text: the app of that absolute folder, old or new */
	size_t app_by_text_count;
	size_t no_place;		/* apps that found no port */
	struct index_entry *entries;	/* app by app, each by key, then in the fleet's order */
	size_t *first_entry;		/* by app; one more than there are apps */
	/* by text, of the app that was looked at last; while units are gathered */
	struct variable_facts *facts;
};

/* --- view.c --- */
static inline struct str
view_str(const struct planner *p, uint32_t text)
{
	return inventory_str(p->v, text);
}

/* What item I has of what few have (aliases, profiles). */
static inline const struct inventory_rare *
view_rare(const struct planner *p, uint32_t i)
{
	return inventory_rare(p->v, &p->v->items[i]);
}

/* Whether it is accepted (--accept) that the two apps share what is called WHAT (a port as PORT/PROTOCOL). */
bool view_is_accepted(const struct planner *, uint32_t app, uint32_t other, struct str what);
/* The app whose absolute folder that is (or was), INVENTORY_NONE where it is none of the fleet's. */
uint32_t view_app_of_folder(const struct planner *, struct str folder);
/* The setting of KEY (a text) in the app's .env (EXAMPLE: .env.example); INVENTORY_NONE where there is
 * none. */
uint32_t view_setting(const struct planner *, const struct app_plan *, uint32_t key, bool example);
/* Whether the file lies below the app's folder and no other app reads it. */
bool view_is_own(const struct planner *, const struct app_plan *, uint32_t file);
/* What scan says of the container side of item I, where it is decided by a variable, has the host's own
 * number and is asked to follow (--container-port); else NULL. */
const struct inventory_item *view_container_side(const struct planner *, uint32_t i);
/* Whether it follows item I. */
bool view_follows(const struct planner *, const struct app_plan *, uint32_t i);
/* Whether items I and J, both published ports of one number, cannot both be. */
bool view_items_clash(const struct planner *, uint32_t i, uint32_t j);
/* Whether the coming copy of .env.example would give the port ITEM a number by a way that is not seen
 * through (a variable around the deciding one, a value made of another): the literal that it has now takes
 * the mapping's host part. */
bool view_is_pinned(const struct planner *, const struct app_plan *, const struct inventory_item *item);
/* Whether PROJECT_NAME means anything to the app: it is set or used somewhere. */
bool view_has_project_name(const struct planner *, const struct app_plan *);

/* --- apps.c --- */
/* scan gives an identity to the first by path of two folders; the one that the database knows keeps it. */
void apps_give_back_identities(struct planner *);
void apps_gather(struct planner *);

/* --- rows.c --- */
/* Adds C to the plan; its app columns are A's. */
void plan_add(struct planner *, const struct app_plan *, const struct change *c);
void plan_add_problem(struct planner *, const struct app_plan *, struct str service,
    const struct inventory_place *, struct str message);
/* The same of a row of the database whose app is not in the fleet. */
void plan_add_row_problem(struct planner *, const struct store_pair *, struct str message);
/* Notes how the content of volume OLD comes into NEW, which takes its place. */
void plan_note_volume(struct planner *, struct str old, struct str new);
/* Gives the plan its id, once all rows are there. */
void plan_identify(struct plan *, struct str root);

/* --- index.c --- */
/* Once the apps are known and before anything is asked of their items. */
void index_build(struct planner *);
/* The app's first entry at or behind KEY, that of BY_END if nothing else:
 * for (e = index_entry_at(p, a, (struct index_key){ BY_USE, variable, 0, 0 }); index_entry_is(e,
 * BY_USE, variable); e++) */
const struct index_entry *index_entry_at(
    const struct planner *, const struct app_plan *, struct index_key key);
bool index_entry_is(const struct index_entry *, enum index_by by, uint32_t x);

/* --- units.c --- */
void units_gather(struct planner *);

/* --- text.c --- */
struct str text_of_ports(struct planner *, uint32_t low, uint32_t high, bool is_range);
/* Why the unit moves, and where the item's port came from. */
struct str text_of_why(struct planner *, const struct unit *, const struct inventory_item *);
/* What the members of U on the span of item I hold afterwards: one port, or a range from the lowest to the
 * highest. */
struct str text_of_span(struct planner *, const struct unit *u, uint32_t i, bool site);
/* The content that replaces item I's alias: its ports that part from the anchor's are literals, the rest
 * is as written. */
struct str text_of_alias(struct planner *, uint32_t i);

/* --- ports.c --- */
int ports_decide(struct planner *, struct error *);

/* --- pairs.c --- */
/* Each app's backend, frontend, row of port_configurations and rows of berth_ports. */
void pairs_find(struct planner *);

/* --- adopt.c --- */
void pairs_adopt(struct planner *);

/* --- keep.c --- */
/* Says of every unit of ours that is no pair and must not move already whether it stays (its target is
 * then its own number) or must move: the least number of moved ports that leaves no clash, and of equal
 * ways the one that favours the registry, then the first in fleet order. */
void keep_choose(struct planner *);

/* --- names.c --- */
int names_decide(struct planner *, struct error *);

/* --- write.c --- */
void write_app(struct planner *, struct app_plan *);

/* --- scaffold.c --- */
/* Whether the findings are a scaffold's (scan --template). */
bool scaffold_is_one(const struct inventory *);
void scaffold_write(struct planner *, struct app_plan *);

/* --- register.c --- */
int register_all(struct planner *, struct error *);
/* The plan alone, so that apply knows it: no app, port or name. */
int register_plan(struct planner *, struct error *);

#endif
