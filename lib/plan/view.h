/* view: the fleet as the planner sees it, and what a stage may ask of an app and of what scan found in it.
 * SPDX-License-Identifier: MIT
 *
 * No stage changes the inventory. What the planner takes for otherwise than scan stands here: who bears which
 * identity, and the ports that will be published once a missing .env is a copy of .env.example. apps.c makes
 * a view; to everyone else it is const. Apps are numbered as in the inventory. */
#ifndef BERTH_PLAN_VIEW_H
#define BERTH_PLAN_VIEW_H

#include "base/dict.h"
#include "fleet/inventory.h"
#include "plan/plan.h"
#include "stream/identity.h"

struct known;

/* --- index.c: the items of an app by what they name, so that none of them looks at all the others --- */

/* What an app's items are found by. */
enum index_by {
	BY_SETTING,		/* settings: the variable */
	BY_USE,			/* uses but those of BY_ADDRESS: the variable */
	BY_ADDRESS,		/* uses that are part of an address: the variable */
	BY_USE_PLACE,		/* uses: file, line, column */
	BY_CONTAINER,		/* uses that decide a container side: service, container port */
	BY_PORT_PLACE,		/* ports: file, line, column of the site */
	BY_ANCHORED,		/* ports whose text means something else too, by an anchor: the variable */
	BY_ALIAS,		/* ports with an alias: its file, offset, length */
	BY_REFERENCE,		/* references: the variable */
	BY_NAME,		/* containers, networks and volumes that have a name: the name, the record */
	BY_END			/* behind an app's last */
};

struct index_key {
	uint32_t by;		/* enum index_by */
	uint32_t x, y, z;	/* as said there; else 0 */
};

/* What few keys have beside X is made of the item again: the entries of a large fleet are many. */
struct index_entry {
	uint32_t by : 4;	/* enum index_by */
	uint32_t item : 28;	/* less than INVENTORY_ITEMS; 0 of BY_END */
	uint32_t x;		/* of its key */
};

struct index {
	const struct inventory *inventory;
	struct index_entry *entries;	/* app by app, each by key, then in the fleet's order */
	size_t *first;			/* by app; one more than there are apps */
};

void index_build(struct index *ret, const struct inventory *, struct arena *);
/* The app's first entry at or behind KEY, that of BY_END if nothing else:
 * for (e = index_at(x, app, (struct index_key){ BY_USE, name, 0, 0 }); index_is(e, BY_USE, name); e++) */
const struct index_entry *index_at(const struct index *, uint32_t app, struct index_key key);

struct index_key index_key(const struct index *, const struct index_entry *e);
/* Whether E's key is KEY. */
bool index_has(const struct index *, const struct index_entry *e, struct index_key key);

static inline bool
index_is(const struct index_entry *e, enum index_by by, uint32_t x)
{
	return e->by == by && e->x == x;
}

/* --- view.c --- */

struct view_app {
	struct identity id;		/* outside the layout: its folder and 1 */
	/* what the registry knows it by: outside the layout its folder when it was seen first, or its path */
	struct identity row_id;
	bool in_layout;
	bool is_selected;		/* --only: what is planned for */
	bool has_env, has_example;
	bool copies;			/* its .env is missing, and the plan makes it from .env.example */
	/* it runs without a .env, while an example of one sets more than the plan would: where a literal does
	 * no .env is made */
	bool avoids_env;
	bool env_is_own, example_is_own;	/* may be written: no other app reads it */
	struct str name;		/* `model/appN`, or the folder of an app outside the layout */
	struct str folder;		/* absolute */
	struct str env, example;	/* paths, relative to the root */
	/* a setting of .env.example with no number where a port needs one, so that no copy is made;
	 * INVENTORY_NONE: there is none */
	uint32_t stand_in;
	/* the file record of a .env.example with which Compose would refuse the app, so that no copy is made;
	 * INVENTORY_NONE: it would not */
	uint32_t refused;
	struct str examples;		/* the names of its examples of a .env, joined by commas */
	/* text: the override file that Compose reads by itself, or would, were it there, and that may be
	 * written; 0: there is none, and no_override may say why */
	uint32_t override;
	const char *no_override;
	const struct inventory_file *env_file, *example_file;
};

/* A port that has no number before .env.example is copied, as it will be then; or the backend or frontend
 * of an app in the layout whose variable nothing sets. */
struct view_foreseen {
	uint32_t index;			/* of the item in the inventory */
	bool is_unset;			/* no text has a number for it: the item's only tells it apart */
	struct inventory_item item;
};

struct view {
	const struct inventory *inventory;
	const struct plan_options *options;
	struct str root;
	struct arena *arena;		/* of the plan: texts that the stages make for it */
	struct arena *scratch;		/* of the stages: it ends with them */
	struct view_app *apps;
	struct dict folders;		/* absolute folders that apps have or had: which app */
	struct index index;
	struct view_foreseen *foreseen;	/* by index */
	size_t foreseen_count, foreseen_cap;
	/* how many apps would be in the layout but that the registry has their identity elsewhere, and of the
	 * last of them where, and where it is */
	size_t borne;
	struct str bearer, borne_at;
};

static inline struct str
view_str(const struct view *v, uint32_t text)
{
	return inventory_str(v->inventory, text);
}

/* Where in its file PLACE is, and the text there. */
static inline const struct inventory_spot *
view_spot(const struct view *v, const struct inventory_place *place)
{
	return inventory_spot(v->inventory, place);
}

static inline struct str
view_raw(const struct view *v, const struct inventory_place *place)
{
	return view_str(v, view_spot(v, place)->raw);
}

/* Whether the text at PLACE goes over the end of a line, as YAML lets one: no row replaces that. */
static inline bool
view_is_folded(const struct view *v, const struct inventory_place *place)
{
	struct str raw = view_raw(v, place);

	return str_has(raw, '\n') || str_has(raw, '\r');
}

/* What item I has of what few have (aliases, profiles). */
static inline const struct inventory_rare *
view_rare(const struct view *v, uint32_t i)
{
	return inventory_rare(v->inventory, &v->inventory->items[i]);
}

/* The folder of APP relative to the root. */
static inline struct str
view_folder(const struct view *v, uint32_t app)
{
	return view_str(v, v->inventory->apps[app].folder);
}

/* The items of APP with RECORD, one after the other; INVENTORY_NONE behind the last:
 * for (i = view_first(v, app, FINDING_PORT); i != INVENTORY_NONE; i = view_next(v, i)) */
static inline uint32_t
view_first(const struct view *v, uint32_t app, enum finding_record record)
{
	return inventory_find(v->inventory, &v->inventory->apps[app], record, 0);
}

static inline uint32_t
view_next(const struct view *v, uint32_t i)
{
	const struct inventory_item *item = &v->inventory->items[i];
	const struct inventory_app *app = &v->inventory->apps[item->app];

	return i + 1 < app->first + app->count && item[1].record == item->record ? i + 1 : INVENTORY_NONE;
}

/* Item I, as it is or as foreseen. */
const struct inventory_item *view_item(const struct view *, uint32_t i);
/* Whether no text has a number for port I, which the plan is to give one. */
bool view_is_unset(const struct view *, uint32_t i);
/* Item I as a finding again, to be registered. */
void view_finding(const struct view *, uint32_t i, struct finding *ret);
/* By item: the port that it is foreseen to publish; 0: no other than it has. NULL where none is foreseen. To
 * be freed. */
uint16_t *view_foreseen_ports(const struct view *);
/* Whether an app that the registry knows in FOLDER is gone: that lies below the root, and the fleet, all of
 * which is here, has no app there. What it had is given to nobody, but makes no other app move. */
bool view_is_gone(const struct view *, struct str folder);
/* The app whose absolute folder that is or was; INVENTORY_NONE where it is none of the fleet's. */
uint32_t view_app_of_folder(const struct view *, struct str folder);
/* The setting of KEY (a text, or INVENTORY_NONE) in APP's .env (EXAMPLE: .env.example); INVENTORY_NONE where
 * there is none. */
uint32_t view_setting(const struct view *, uint32_t app, uint32_t key, bool example);
/* What that file sets KEY to; empty where it does not, or not to a port, a name or an address. */
struct str view_setting_value(const struct view *, uint32_t app, struct str key, bool example);
/* The port that setting I gives: its number, or the default of a placeholder that is to be filled in; 0:
 * none. */
uint16_t view_port_of_setting(const struct view *, uint32_t i);
/* Whether setting I, of a variable that gives a port, holds no number but a text that stands where one is to
 * be written. */
bool view_is_stand_in(const struct view *, uint32_t i);
/* Whether it is one that scan does not show, as it may be a secret. */
bool view_is_hidden(const struct view *, uint32_t i);
/* Whether FILE (a text) may be written for APP: it lies below its folder, no other app reads it, and it is
 * neither a symlink nor a folder nor unreadable. */
bool view_is_own(const struct view *, uint32_t app, uint32_t file);
/* What of that is not so: `a folder`; empty: nothing. */
struct str view_why_not_own(const struct view *, uint32_t app, uint32_t file);
/* Whether PROJECT_NAME means anything to APP: it is set or used somewhere. */
bool view_has_project_name(const struct view *, uint32_t app);
/* The use that tells which services of APP get VARIABLE as it stands in .env; NULL: none does. */
const struct inventory_item *view_handed(const struct view *, uint32_t app, uint32_t variable);
/* Whether USE, which has its part in a port, stands in a line of .env: its detail is then the line's key. */
static inline bool
view_is_in_env(const struct inventory_item *use)
{
	return use->role == ROLE_HOST_PORT && use->site_known && use->words->detail;
}

enum { VIEW_MADE_MAX = 16 };
/* VARIABLE and those that lines of APP's .env make of it for the sake of a port (`C=${A}`), at most
 * VIEW_MADE_MAX; returns how many. */
size_t view_made_of(
    const struct view *, uint32_t app, uint32_t variable, uint32_t ret[static VIEW_MADE_MAX]);
/* Whether a service of APP gets VARIABLE so and would mind another value: it is a number that a container
 * listens on, or .env does not have it yet. A name that says it is the app's own host port is no such. */
bool view_minds_line(const struct view *, uint32_t app, uint32_t variable);
/* Whether the coming copy of .env.example sets VARIABLE to something. */
bool view_is_set_by_copy(const struct view *, uint32_t app, uint32_t variable);
/* Whether USE is the number of an address that names another port by its own default, and that the coming
 * copy of .env.example sets: it then names what its variable's ports are. */
bool view_is_address_of_copy(const struct view *, const struct inventory_item *use);
/* Whether a copy of .env.example would give the port ITEM a number that cannot be foreseen (through a
 * variable around the deciding one, or a value made of another). Its mapping's host part then has to become
 * the literal that it is now. COPIES: whether APP's .env is made by such a copy. */
bool view_is_pinned(const struct view *, uint32_t app, bool copies, const struct inventory_item *item);
/* Whether the two apps share what is called WHAT (a port as PORT/PROTOCOL) on purpose (--accept). */
bool view_accepts(const struct view *, uint32_t app, uint32_t other, struct str what);
/* Whether two apps whose items X and Y are may both have PORT. WORDS is reset. */
bool view_accepts_port(const struct view *, uint32_t x, uint32_t y, uint16_t port, struct arena *words);
/* What scan says of the container side of port I, where a variable decides it, it has the host's number, and
 * it is asked to follow (--container-port); else NULL. */
const struct inventory_item *view_container_side(const struct view *, uint32_t i);
/* Whether I is a port of tcp, which addresses and pairs are of as a rule. */
bool view_is_tcp(const struct view *, uint32_t i);
/* Whether that container side follows port I, whose number is NOW once .env is there. */
bool view_follows(const struct view *, uint32_t i, uint16_t now, bool copies);

/* --- apps.c: who is who, which .env each app has, and which apps are planned for --- */

/* Makes *VIEW, of which options, root and arena are set. Of two folders with one identity, the one that the
 * registry knows has it from now on, which may put the inventory into another order; and the texts grow.
 * After this the inventory stays as it is. */
void apps_view(struct view *view, struct inventory *, const struct known *);

#endif
