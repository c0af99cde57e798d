/* apps: who is who, which .env each app has, and which apps are planned for.
 * SPDX-License-Identifier: MIT */
#include "plan/view.h"


#include "base/path.h"
#include "plan/known.h"
#include "stream/rules.h"

/* The absolute path of the folder of app I. */
static struct str
absolute(const struct view *v, uint32_t i)
{
	struct str folder = view_folder(v, i);

	return str_eq(folder, STR(".")) ? v->root : path_join(v->arena, v->root, folder);
}

/* --- identities --- */

/* The app outside the layout that the registry knows in FOLDER; NULL: none. */
static const struct store_app *
known_outside_layout(const struct known *k, struct str folder)
{
	for (size_t i = k->apps_in_layout; i < k->app_count; i++)
		if (str_eq(k->apps[i].folder, folder))
			return &k->apps[i];
	return NULL;
}

/* Whether KNOWN, the registry's bearer of an identity, stands in another FOLDER, where scan did not look. One
 * that was given out before it had files (--new, --import) has no folder yet: it is whose folder comes. */
static bool
is_borne_elsewhere(const struct view *v, const struct store_app *known, struct str folder)
{
	struct str rest;

	return known && path_is_absolute(known->folder) && !str_eq(known->folder, folder) &&
	    (v->inventory->is_part || !path_relative(known->folder, v->root, &rest));
}

/* scan gives an identity to the first of two folders by path. The one that the registry knows keeps it. */
static void
give_back_identities(struct view *v, struct inventory *inventory, const struct known *k)
{
	bool any = false;

	for (uint32_t i = 0; i < inventory->app_count; i++) {
		struct inventory_app *app = &inventory->apps[i];
		uint32_t holder = app->twin ? inventory->app_of[app->twin] : INVENTORY_NONE;
		bool has_twin = holder != INVENTORY_NONE && holder != i;
		const struct store_app *known = known_app(k, has_twin ? inventory->apps[holder].id : app->id);
		struct str folder = known ? absolute(v, i) : (struct str)STR_INIT;

		if (has_twin && known && str_eq(known->folder, folder)) {
			inventory_swap_twin(inventory, i);
			any = true;
		} else if (!has_twin && app->in_layout && is_borne_elsewhere(v, known, folder)) {
			const struct store_app *own = known_outside_layout(k, folder);

			app->id = (struct identity){ inventory_str(inventory, own
				? inventory_intern(inventory, own->id.model) : app->folder), 1 };
			app->in_layout = false;
			v->borne++;
			v->bearer = known->folder;
			v->borne_at = folder;
			any = true;
		}
	}
	if (any)
		inventory_settle(inventory);
}

/* Of two apps with one identity, the one in the folder that the registry knows keeps it, else the first. The
 * others count as outside the layout, where an app's model is its path. */
static void
settle_identities(struct view *v, const struct known *k)
{
	size_t count = v->inventory->app_count;

	for (size_t i = 0, end; i < count; i = end) {
		struct identity id = v->inventory->apps[i].id;
		const struct store_app *known = known_app(k, id);
		size_t keeper = i;

		for (end = i; end < count && identity_eq(v->inventory->apps[end].id, id); end++)
			if (known && str_eq(known->folder, v->apps[end].folder))
				keeper = end;
		if (known && v->apps[keeper].in_layout &&
		    !is_borne_elsewhere(v, known, v->apps[keeper].folder))
			/* what its former folder had is its own */
			(void)dict_add(&v->folders, known->folder, (uint32_t)keeper);
		for (size_t n = i; n < end; n++)
			if (n != keeper && v->apps[n].in_layout) {
				v->apps[n].in_layout = false;
				v->apps[n].id = (struct identity){ view_folder(v, (uint32_t)n), 1 };
			}
	}
}

/* A row is one folder's, wherever that is scanned from, also outside the layout (--pairs all): there it is of
 * the first folder that the registry knows by the identity. Another one goes by all of its path. */
static void
tell_rows_apart(struct view *v, const struct known *k)
{
	struct dict folders = DICT_IN(v->scratch), models = DICT_IN(v->scratch);

	for (size_t i = k->apps_in_layout; i < k->app_count; i++) {
		(void)dict_add(&folders, k->apps[i].folder, (uint32_t)i);
		(void)dict_add(&models, k->apps[i].id.model, (uint32_t)i);
	}
	for (size_t i = 0; i < v->inventory->app_count; i++) {
		struct view_app *a = &v->apps[i];
		uint32_t own = dict_find(&folders, a->folder), bearer;

		a->row_id = a->id;
		if (a->in_layout)
			continue;
		if (own != DICT_NONE)
			a->row_id = k->apps[own].id;
		bearer = dict_find(&models, a->row_id.model);
		if (bearer != DICT_NONE && !str_eq(k->apps[bearer].folder, a->folder))
			a->row_id.model = a->folder;
	}
}

static bool
is_selected(const struct view *v, uint32_t app)
{
	const struct plan_options *o = v->options;

	for (size_t i = 0; i < o->only_count; i++)
		if (identity_is_like(v->apps[app].id, view_folder(v, app), o->only[i]))
			return true;
	return o->only_count == 0;
}

/* --- .env and .env.example --- */

static bool
misses_env(const struct view *v, uint32_t app)
{
	for (uint32_t i = view_first(v, app, FINDING_GAP); i != INVENTORY_NONE; i = view_next(v, i))
		if (v->inventory->items[i].role == ROLE_ENV)
			return true;
	return false;
}

/* How many keys of the example at PATH are nothing but the number of a port that has another one without
 * it. */
static size_t
ports_set_by(const struct view *v, uint32_t app, uint32_t path)
{
	size_t n = 0;

	for (uint32_t i = view_first(v, app, FINDING_SETTING); i != INVENTORY_NONE; i = view_next(v, i)) {
		const struct inventory_item *setting = &v->inventory->items[i];

		if (setting->role != ROLE_EXAMPLE || setting->place.file != path)
			continue;
		for (uint32_t k = view_first(v, app, FINDING_PORT); k != INVENTORY_NONE; k = view_next(v, k))
			if (v->inventory->items[k].words->variable == setting->words->variable &&
			    v->inventory->items[k].origin == ORIGIN_DEFAULT) {
				n++;
				break;
			}
	}
	return n;
}

/* Notes the examples of a .env that the app has. One with more than ports in it says what no plan may bring
 * about: passwords, debug switches. */
static void
look_at_examples(struct view *v, uint32_t app)
{
	enum { FEW = 32 };	/* keys: more than that are not all ports */
	struct view_app *a = &v->apps[app];

	for (uint32_t i = view_first(v, app, FINDING_FILE); i != INVENTORY_NONE; i = view_next(v, i)) {
		const struct inventory_item *item = &v->inventory->items[i];
		const struct inventory_file *f = inventory_file(v->inventory, item->place.file);

		if (item->role != ROLE_EXAMPLE || !f || !f->exists)
			continue;
		a->examples = arena_printf(v->arena, "%.*s%s%.*s", STR_ARG(a->examples),
		    a->examples.len ? ", " : "", STR_ARG(path_name(view_str(v, item->place.file))));
		if (!a->in_layout && !a->has_env && !a->copies &&
		    (f->keys > FEW || f->keys > ports_set_by(v, app, item->place.file)))
			a->avoids_env = true;
	}
}

/* Whether APP is in the layout and has a backend and a frontend, be their numbers known or not. */
static bool
is_to_have_pair(const struct view *v, uint32_t app)
{
	const struct view_app *a = &v->apps[app];
	bool has_backend = false, has_frontend = false;

	if (!a->in_layout || !a->is_selected)
		return false;
	for (uint32_t i = view_first(v, app, FINDING_PORT); i != INVENTORY_NONE; i = view_next(v, i)) {
		has_backend = has_backend || v->inventory->items[i].role == ROLE_BACKEND;
		has_frontend = has_frontend || v->inventory->items[i].role == ROLE_FRONTEND;
	}
	return has_backend && has_frontend;
}

static bool
is_of_pair(const struct inventory_item *port)
{
	return port->role == ROLE_BACKEND || port->role == ROLE_FRONTEND;
}

/* The setting of .env.example that a port of the app would have its number from, though it has none; there is
 * no other text that gives it one, and no pair is due, or the text is not shown, so that nothing can be
 * written in its place. INVENTORY_NONE: none is so. */
static uint32_t
find_stand_in(const struct view *v, uint32_t app)
{
	bool pair = is_to_have_pair(v, app);

	for (uint32_t i = view_first(v, app, FINDING_PORT); i != INVENTORY_NONE; i = view_next(v, i)) {
		const struct inventory_item *port = &v->inventory->items[i];
		uint32_t variable = port->words->variable;
		uint32_t at = variable ? view_setting(v, app, variable, true) : INVENTORY_NONE;
		bool is_given = (pair && is_of_pair(port)) ||
		    port_range_is_given(inventory_ports(v->inventory, port));

		if (at != INVENTORY_NONE && view_is_stand_in(v, at) && (!is_given || view_is_hidden(v, at)))
			return at;
	}
	return INVENTORY_NONE;
}

/* The file that is the app's .env, as its own is not looked for (--env-file): the only one that is read in
 * its place. Of several none is, as it does not show which of them comes last; then a text that is no
 * file. */
static uint32_t
find_env(const struct view *v, uint32_t app, uint32_t own)
{
	uint32_t found = INVENTORY_NONE;

	for (uint32_t i = view_first(v, app, FINDING_FILE); i != INVENTORY_NONE; i = view_next(v, i)) {
		const struct inventory_item *item = &v->inventory->items[i];

		if (item->role != ROLE_ENV || item->place.file == found)
			continue;
		if (found != INVENTORY_NONE)
			return 0;
		found = item->place.file;
	}
	return found == INVENTORY_NONE ? own : found;
}

/* The text of the path of NAME in the folder of APP. */
static uint32_t
intern_below(struct inventory *inventory, uint32_t app, struct str name)
{
	AUTO(arena) a = ARENA_INIT;
	struct str folder = inventory_str(inventory, inventory->apps[app].folder);

	return inventory_intern(inventory, path_join(&a, folder, name));
}

/* The file record of EXAMPLE where Compose would refuse APP with that as its .env, else INVENTORY_NONE. */
static uint32_t
find_refused(const struct view *v, uint32_t app, uint32_t example)
{
	for (uint32_t i = view_first(v, app, FINDING_FILE); i != INVENTORY_NONE; i = view_next(v, i))
		if (v->inventory->items[i].place.file == example && view_rare(v, i)->doubt)
			return i;
	return INVENTORY_NONE;
}

static void
look_at_env(struct view *v, struct inventory *inventory, uint32_t app)
{
	struct view_app *a = &v->apps[app];
	uint32_t own = intern_below(inventory, app, STR(".env"));
	uint32_t env = inventory_file(inventory, own) ? own : find_env(v, app, own);
	uint32_t example = intern_below(inventory, app, STR(".env.example"));

	a->env = view_str(v, env ? env : own);
	a->example = view_str(v, example);
	a->env_file = inventory_file(inventory, env);
	a->example_file = inventory_file(inventory, example);
	a->has_env = a->env_file && a->env_file->exists;
	a->has_example = a->example_file && a->example_file->exists;
	a->env_is_own = view_is_own(v, app, env);
	a->example_is_own = view_is_own(v, app, example);
	a->stand_in = a->has_env || !a->has_example ? INVENTORY_NONE : find_stand_in(v, app);
	a->copies = (a->in_layout || (v->options->make_env && misses_env(v, app))) && a->is_selected &&
	    !a->has_env && a->has_example && !a->example_file->is_unreadable &&
	    a->stand_in == INVENTORY_NONE && a->env_is_own;
	a->refused = a->copies ? find_refused(v, app, example) : INVENTORY_NONE;
	a->copies = a->copies && a->refused == INVENTORY_NONE;
	if (!a->has_env)
		look_at_examples(v, app);
}

/* --- the override file --- */

/* Whether each port of APP can be said again in one line, and there are not too many for that. */
static bool
can_be_repeated(const struct view *v, uint32_t app)
{
	enum { MANY = 1024 };
	size_t count = 0;

	for (uint32_t i = view_first(v, app, FINDING_PORT); i != INVENTORY_NONE; i = view_next(v, i)) {
		/* Compose takes any text for a published port, as that of a variable that nobody replaces */
		struct str odd = inventory_ports(v->inventory, &v->inventory->items[i]).odd;

		if (++count > MANY || str_eq(view_str(v, view_rare(v, i)->rest), STR("?")) ||
		    !str_is_made_of(odd, STR("0123456789-")))
			return false;
	}
	return true;
}

/* Which file may decide for APP what a file that is not its own says. Where a folder is run in several ways,
 * or Compose is told its files, it does not show which of them comes last. */
static void
look_at_override(struct view *v, uint32_t app)
{
	struct view_app *a = &v->apps[app];
	uint32_t found = 0, overrides = 0, ways = 0, shared = 0;

	for (uint32_t i = view_first(v, app, FINDING_FILE); i != INVENTORY_NONE; i = view_next(v, i)) {
		const struct inventory_item *item = &v->inventory->items[i];

		ways += item->role == ROLE_COMPOSE;
		shared += item->role == ROLE_BASE || item->role == ROLE_INCLUDE;
		if (item->role != ROLE_OVERRIDE)
			continue;
		overrides++;
		found = item->place.file;
	}
	if (overrides != 1 || ways != 1 || !rules_is_override(view_str(v, found), view_folder(v, app)))
		a->no_override = shared ? "COMPOSE_FILE or -f says which files are read here, and an "
		    "override file would not be" : NULL;
	else if (!view_is_own(v, app, found))
		a->no_override = arena_printf(v->arena, "%.*s is %.*s", STR_ARG(view_str(v, found)),
		    STR_ARG(view_why_not_own(v, app, found))).ptr;
	else if (inventory_file(v->inventory, found)->is_open)	/* it could become part of its last text */
		a->no_override = arena_printf(v->arena, "%.*s has a last line without an end: give it one",
		    STR_ARG(view_str(v, found))).ptr;
	else if (!can_be_repeated(v, app))
		a->no_override = "an override file would have to repeat more of its ports than a line holds";
	else
		a->override = found;
}

/* Whether the host part of MAPPING is VARIABLE and nothing else: `${VAR}:80`, `127.0.0.1:$VAR:80`, and `$VAR`
 * alone. */
static bool
is_host_variable(struct str mapping, struct str variable)
{
	for (size_t at = str_find(mapping, 0, '$'); at < mapping.len; at = str_find(mapping, at + 1, '$')) {
		bool braced = at + 1 < mapping.len && mapping.ptr[at + 1] == '{';
		size_t from = at + 1 + braced, end = from + variable.len;
		bool is_first = at == 0 || mapping.ptr[at - 1] == ':';

		if (!is_first || !str_eq(str_sub(mapping, from, end - from), variable))
			continue;
		if (braced)
			end = str_find(mapping, end, '}') + 1;
		if (end == mapping.len ? at == 0 : end < mapping.len && mapping.ptr[end] == ':')
			return true;
	}
	return false;
}

/* `${DB_PORT}:5432` publishes no number as long as .env is missing. It will, once that is a copy of the
 * .env.example: port I as it is then. */
static void
foresee(struct view *v, struct inventory *inventory, uint32_t app, uint32_t i)
{
	struct inventory_item item = inventory->items[i];
	struct inventory_words words = *item.words;
	uint32_t at;
	const struct inventory_item *setting;
	struct str variable = view_str(v, words.variable);

	if (!words.variable || port_range_is_given(inventory_ports(inventory, &item)) ||
	    !is_host_variable(view_str(v, words.whole), variable))
		return;
	at = view_setting(v, app, words.variable, true);
	if (at == INVENTORY_NONE)
		return;
	setting = &inventory->items[at];
	item.low = item.high = view_port_of_setting(v, at);
	if (!item.low)
		return;
	item.place = setting->place;
	item.place.file = inventory_intern(inventory, v->apps[app].env);
	item.place_known = true;
	item.origin = ORIGIN_ENV;
	words.detail = 0;
	words.chain = inventory_intern(inventory,
	    arena_printf(v->arena, "%u <- .env.example:%u %.*s", item.low,
		view_spot(v, &setting->place)->line, STR_ARG(variable)));
	item.words = inventory_words(inventory, &words);
	ARENA_GROW(v->scratch, v->foreseen, v->foreseen_count, v->foreseen_cap);
	v->foreseen[v->foreseen_count++] = (struct view_foreseen){ i, false, item };
}

/* `BACKEND_PORT=` or no such line: port I, a backend or frontend of an app that is to have a pair, is to get
 * a number, and is told apart from others by one that no plan gives out. */
static void
foresee_unset(struct view *v, uint32_t i)
{
	struct inventory_item item = v->inventory->items[i];

	if (!is_of_pair(&item) || !item.words->variable ||
	    port_range_is_given(inventory_ports(v->inventory, &item)) ||
	    (v->foreseen_count && v->foreseen[v->foreseen_count - 1].index == i))
		return;
	item.low = item.high = item.role == ROLE_BACKEND ? 1 : 2;
	if (!item.place_known) {	/* nor is there a text that could be empty */
		item.place = item.site;
		item.place_known = item.site_known;
		item.origin = ORIGIN_DEFAULT;
	}
	ARENA_GROW(v->scratch, v->foreseen, v->foreseen_count, v->foreseen_cap);
	v->foreseen[v->foreseen_count++] = (struct view_foreseen){ i, true, item };
}

static void
foresee_ports(struct view *v, struct inventory *inventory, uint32_t app)
{
	bool copies = v->apps[app].copies, pair = is_to_have_pair(v, app);

	for (uint32_t i = view_first(v, app, FINDING_PORT); i != INVENTORY_NONE && (copies || pair);
	     i = view_next(v, i)) {
		if (copies)
			foresee(v, inventory, app, i);
		if (pair)
			foresee_unset(v, i);
	}
}

/* --- all of it --- */

void
apps_view(struct view *v, struct inventory *inventory, const struct known *k)
{
	v->inventory = inventory;
	v->folders = (struct dict)DICT_IN(v->scratch);
	give_back_identities(v, inventory, k);
	index_build(&v->index, inventory, v->scratch);
	v->apps = arena_zero(v->scratch, inventory->app_count, sizeof *v->apps);
	for (uint32_t i = 0; i < inventory->app_count; i++) {
		v->apps[i] = (struct view_app){ .id = inventory->apps[i].id,
			.in_layout = inventory->apps[i].in_layout, .folder = absolute(v, i) };
		if (inventory->apps[i].is_app)
			(void)dict_add(&v->folders, v->apps[i].folder, i);
	}
	settle_identities(v, k);
	tell_rows_apart(v, k);
	for (uint32_t i = 0; i < inventory->app_count; i++) {
		struct view_app *a = &v->apps[i];

		a->name = a->in_layout ? identity_text(v->arena, a->id) : view_folder(v, i);
		a->is_selected = is_selected(v, i);
		look_at_env(v, inventory, i);
		look_at_override(v, i);
		foresee_ports(v, inventory, i);
	}
}
