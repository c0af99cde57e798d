/* references: addresses follow the ports that they name.
 * SPDX-License-Identifier: MIT */
#include "plan/edits.h"

#include "fleet/hostip.h"
#include "plan/internal.h"

/* Whether ITEM stands in the .env.example, not in an example of another name. */
static bool
is_example(const struct edits *e, const struct inventory_item *item)
{
	const struct view *v = &e->d->view;

	return item->role == ROLE_EXAMPLE && str_eq(view_str(v, item->place.file), v->apps[e->app].example);
}

/* Who has PORT, or gets it, if it is none of the app's own; NULL: nobody. */
static const struct claim *
holder_of(const struct edits *e, uint16_t port)
{
	struct str_digits room;
	const struct claim *c = claims_find(&e->d->claims, CLAIM_PORT, str_from_uint(&room, port));

	return c && (c->apps || (c->heir != INVENTORY_NONE && c->heir != e->app)) ? c : NULL;
}

/* What port A of the app's becomes; its number itself where it stays or is none of the app's: *RET_CLAIM then
 * says whose it is. A number that .env does not have yet may be one that its coming copy of .env.example has,
 * and one that the example does not have may be .env's; one that nobody has any more may be one that the app
 * had. */
static uint16_t
new_port(struct edits *e, const struct seen_address *a, bool example, const struct claim **ret_claim)
{
	uint32_t i = seen_find(e, a, example);
	uint16_t was;

	if (i == DICT_NONE && (example || e->copies))
		i = seen_find(e, a, !example);
	if (i != DICT_NONE)
		return e->d->ports.after[i];
	*ret_claim = holder_of(e, a->port);
	if ((*ret_claim && (*ret_claim)->apps) ||
	    held_port(&e->d->held, a->port, STR("tcp"), (struct str)STR_INIT))
		return a->port;
	i = seen_find_other(e, a, example);
	if (i != DICT_NONE) {
		*ret_claim = NULL;
		return e->d->ports.after[i];
	}
	was = claims_recall(e->d, e->app, a->port);
	if (was)
		*ret_claim = NULL;
	return was ? was : a->port;
}

/* --- what a reference becomes --- */

/* Whether the app is on one network with OTHER. */
static bool
reaches(struct edits *e, uint32_t other)
{
	struct str key = { (const char *)&other, sizeof other };
	uint32_t known;

	if (!e->reached.arena)
		e->reached = (struct dict)DICT_IN(&e->words);
	known = dict_find(&e->reached, key);
	return known != DICT_NONE ? known : dict_add_copy(&e->reached, &e->words, key,
						claims_reach(&e->d->claims, e->app, other));
}

/* What the host NAME, of which *CLAIM tells who is called so, is called afterwards where the app asks for it.
 * Only who is on a network with the app answers there: *CLAIM is that one then. Empty: several do, of which
 * one changes. */
static struct str
new_host(struct edits *e, const struct claim **claim, struct str name)
{
	const struct claim_holder *found = NULL;
	const struct claim *c = *claim;
	bool several = false, changes = false;
	struct claim *one;

	if (c->apps > CLAIMS_HOLDERS_MAX)
		return (struct str)STR_INIT;
	for (const struct claim_holder *h = c->holders; h; h = h->next)
		if (reaches(e, h->app)) {
			several = several || found;
			changes = changes || h->changes;
			found = h;
		}
	if (!changes || several)
		return changes ? (struct str)STR_INIT : name;
	one = arena_zero(&e->words, 1, sizeof *one);
	*one = (struct claim){ .apps = 1, .app = found->app, .after = found->after, .changes = true };
	*claim = one;
	return found->after;
}

/* The name that ITEM, a reference, names, as it is afterwards. Empty where that is not to be decided here:
 * several apps have it, of which one changes its own; *RET_CLAIM then is that. */
static struct str
new_name(struct edits *e, const struct inventory_item *item, const struct claim **ret_claim)
{
	const struct view *v = &e->d->view;
	uint32_t own = claims_own(v, item);
	struct str made = own == INVENTORY_NONE ? claims_made(e->d, item)
						: naming_after(&e->d->naming, v, own);
	const struct claim *c =
	    claims_find(&e->d->claims, (enum finding_claim)item->claim, view_str(v, item->value));

	if (c && own != INVENTORY_NONE && claims_part(e->d, item, own)) {
		*ret_claim = c;
		return (struct str)STR_INIT;
	}
	if (made.len && item->follows && (own == INVENTORY_NONE || !e->d->naming.is_edited[own]))
		return view_str(v, item->value);
	if (made.len)
		return made;
	if (!c || !c->changes)
		return view_str(v, item->value);
	*ret_claim = c;
	if (item->claim == CLAIM_HOST)
		return new_host(e, ret_claim, view_str(v, item->value));
	return c->apps == 1 ? c->after : (struct str)STR_INIT;
}

/* What ITEM's text is: the digits of a port, the host of an address without one, a name. */
static struct str
old_text(const struct view *v, const struct inventory_item *item)
{
	struct str value = view_str(v, item->value);
	size_t colon = value.len;

	while (item->claim == CLAIM_PORT && colon > 0 && value.ptr[colon - 1] >= '0' &&
	    value.ptr[colon - 1] <= '9')
		colon--;
	return colon > 0 && colon < value.len && value.ptr[colon - 1] == ':'
	    ? str_sub(value, colon, value.len)
	    : value;
}

/* Whether ITEM is an address without a port: `http://localhost`. One may be a number alone. */
static bool
is_bare(const struct view *v, const struct inventory_item *item)
{
	struct str value = view_str(v, item->value);

	return item->claim == CLAIM_PORT && old_text(v, item).len == value.len &&
	    !str_is_made_of(value, STR("0123456789-"));
}

/* The host of ITEM, an address; of a number alone that. */
static struct str
host_of(const struct view *v, const struct inventory_item *item)
{
	struct str value = view_str(v, item->value);
	size_t port = is_bare(v, item) ? 0 : old_text(v, item).len + 1;

	return str_sub(value, 0, value.len - port);
}

bool
references_are_of_host(const struct view *v, const struct inventory_item *item)
{
	struct str host = host_of(v, item);
	bool is_doubtful = inventory_rare(v->inventory, item)->doubt != 0;

	return !hostip_is_loopback(host) && (!is_doubtful || hostip_is_of_engine(host));
}

/* Whether ITEM can mean nothing but the port of C, which is of another app and changes. An image is asked for
 * by the engine, and logs are sent by it, whose localhost is this host. */
static bool
is_certain(const struct view *v, const struct inventory_item *item, const struct claim *c)
{
	return c->apps == 1 && c->changes && item->role != ROLE_MENTION &&
	    (item->role == ROLE_IMAGE || item->role == ROLE_LOGGING || references_are_of_host(v, item));
}

static uint16_t
port_of_text(struct str s)
{
	uint64_t n = 0;

	(void)str_to_uint(s, UINT16_MAX, &n);	/* a claim's is one */
	return (uint16_t)n;
}

/* What that text becomes. *RET_CLAIM: what another app has that it names, where that decides; else NULL. */
static struct str
new_text(struct edits *e, const struct inventory_item *item, const struct claim **ret_claim)
{
	const struct view *v = &e->d->view;
	struct str old = old_text(v, item);
	struct seen_address a = { item, host_of(v, item), item->low };
	uint16_t port;

	*ret_claim = NULL;
	if (item->claim != CLAIM_PORT)
		return new_name(e, item, ret_claim);
	port = new_port(e, &a, is_example(e, item), ret_claim);
	if (*ret_claim && is_certain(v, item, *ret_claim))
		port = port_of_text((*ret_claim)->after);
	if (port == item->low)
		return old;
	return is_bare(v, item) ? arena_printf(v->arena, "%.*s:%u", STR_ARG(old), port)
				: arena_printf(v->arena, "%u", port);
}

struct str
references_in_image(struct edits *e, uint32_t i, struct str name)
{
	const struct view *v = &e->d->view;
	const struct inventory_item *image = &v->inventory->items[i];
	const struct claim *ignored;
	bool has_port = str_has(str_sub(name, 0, str_find(name, 0, '/')), ':');

	for (uint32_t k = view_first(v, e->app, FINDING_REFERENCE); has_port && k != INVENTORY_NONE;
	     k = view_next(v, k)) {
		const struct inventory_item *item = &v->inventory->items[k];
		struct str value = view_str(v, item->value), old = old_text(v, item);

		if (item->role == ROLE_IMAGE && item->words->service == image->words->service &&
		    item->claim == CLAIM_PORT && str_starts(name, value))
			return arena_printf(v->arena, "%.*s%.*s%.*s",
			    STR_ARG(str_sub(value, 0, value.len - old.len)),
			    STR_ARG(new_text(e, item, &ignored)),
			    STR_ARG(str_sub(name, value.len, name.len)));
	}
	return name;
}

static bool
goes_on(const struct view *v, const struct inventory_item *item, struct str s, size_t at)
{
	struct str more = item->claim != CLAIM_PORT || is_bare(v, item)
	    ? STR("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")
	    : STR("0123456789");

	return at < s.len && (str_has(more, s.ptr[at]) || (is_bare(v, item) && s.ptr[at] == ':'));
}

/* Whether the scheme before AT in WHOLE is that of ITEM, whose address gives no port. */
static bool
has_its_scheme(const struct inventory_item *item, struct str whole, size_t at)
{
	struct str before = str_sub(whole, 0, at);
	bool is_safe = str_ends(before, STR("s://")) || str_ends(before, STR("S://"));

	return str_ends(before, STR("://")) && is_safe == (item->low == 443);
}

/* Whether WHOLE has what ITEM names at AT, in a default. */
static bool
is_named_at(const struct view *v, const struct inventory_item *item, struct str whole, size_t at)
{
	struct str value = view_str(v, item->value);
	bool begins = item->claim == CLAIM_PORT || at == 0 || !goes_on(v, item, whole, at - 1);

	return item->origin == ORIGIN_DEFAULT && value.len && begins &&
	    str_eq(str_sub(whole, at, value.len), value) && !goes_on(v, item, whole, at + value.len) &&
	    (!is_bare(v, item) || has_its_scheme(item, whole, at));
}

/* The app's reference in the default of VARIABLE, which is WHOLE, that stands there at AT; NULL: none. */
static const struct inventory_item *
reference_at(const struct edits *e, uint32_t variable, struct str whole, size_t at)
{
	const struct view *v = &e->d->view;

	for (const struct index_entry *x =
		 index_at(&v->index, e->app, (struct index_key){ BY_REFERENCE, variable, 0, 0 });
	     index_is(x, BY_REFERENCE, variable); x++)
		if (is_named_at(v, &v->inventory->items[x->item], whole, at))
			return &v->inventory->items[x->item];
	return NULL;
}

/* WHOLE with each of the app's references moved, in one pass, so that what became 8005 is not moved again. */
static struct str
move_references(struct edits *e, uint32_t variable, struct str whole)
{
	const struct view *v = &e->d->view;
	struct str s = STR("");
	size_t from = 0;

	for (size_t at = 0; at < whole.len; ) {
		const struct inventory_item *item = reference_at(e, variable, whole, at);
		const struct claim *ignored = NULL;
		struct str new;

		if (!item) {
			at++;
			continue;
		}
		at += view_str(v, item->value).len;
		new = new_text(e, item, &ignored);
		if (!new.len)	/* nobody knows */
			continue;
		s = arena_printf(v->arena, "%.*s%.*s%.*s", STR_ARG(s),
		    STR_ARG(str_sub(whole, from, at - old_text(v, item).len - from)), STR_ARG(new));
		from = at;
	}
	return arena_cat(v->arena, s, str_sub(whole, from, whole.len));
}

/* --- its edit --- */

/* What ITEM names, for people: `port 8003`, `container shop_db`. */
static struct str
what_of(const struct view *v, const struct inventory_item *item)
{
	static const char *const words[] = { [CLAIM_PORT] = "port", [CLAIM_CONTAINER] = "container",
		[CLAIM_HOST] = "container", [CLAIM_NETWORK] = "network", [CLAIM_VOLUME] = "volume" };

	if (item->claim == CLAIM_PORT)
		return arena_printf(v->arena, "port %u", item->low);
	return arena_printf(v->arena, "%s %.*s", words[item->claim], STR_ARG(view_str(v, item->value)));
}

/* `KEY VALUE`, where ITEM has a key; of a name, which is told beside it, `KEY` alone. */
static struct str
words_of(const struct view *v, const struct inventory_item *item)
{
	if (item->words->variable && item->claim != CLAIM_PORT)
		return view_str(v, item->words->variable);
	return arena_printf(v->arena, "%.*s%s%.*s", STR_ARG(view_str(v, item->words->variable)),
	    item->words->variable ? " " : "", STR_ARG(view_str(v, item->value)));
}

/* Whether each address in the default of VARIABLE, which is WHOLE, stands there as scan tells it: one whose
 * number alone is the default does not, nor one with another colon, nor any in a default with other words. */
static bool
stands_plainly(const struct edits *e, uint32_t variable, struct str whole)
{
	const struct view *v = &e->d->view;

	for (const struct index_entry *x =
		 index_at(&v->index, e->app, (struct index_key){ BY_REFERENCE, variable, 0, 0 });
	     index_is(x, BY_REFERENCE, variable); x++) {
		const struct inventory_item *item = &v->inventory->items[x->item];

		if (item->claim == CLAIM_PORT && item->origin == ORIGIN_DEFAULT &&
		    str_search(whole, 0, view_str(v, item->value)) == whole.len)
			return false;
	}
	return true;
}

/* ITEM, which stands in the default of a variable, cannot be moved there. */
static void
tell_default(struct edits *e, const struct inventory_item *item, struct str service)
{
	const struct view *v = &e->d->view;
	struct str variable = view_str(v, item->words->variable);

	edits_problem(e, service, &item->place,
	    "the default of %.*s names %.*s, which moves: set %.*s by hand", STR_ARG(variable),
	    STR_ARG(view_str(v, item->value)), STR_ARG(variable));
}

/* Whether the text of ITEM, which is known, may be replaced in its place. */
static bool
may_edit_at(const struct view *v, const struct inventory_item *item)
{
	return item->place_known && view_is_own(v, item->app, item->place.file) &&
	    !view_is_folded(v, &item->place);
}

/* A line for the variable of ITEM, an address in a default, would say more than that: its port becomes TEXT
 * where it stands. */
static void
edit_in_default(struct edits *e, const struct inventory_item *item, struct str text, struct change like)
{
	const struct view *v = &e->d->view;
	struct str variable = view_str(v, item->words->variable);
	bool is_set = edits_set(e, v->apps[e->app].env, variable);

	if (is_set && str_eq(view_str(v, item->words->whole), old_text(v, item)))
		return;		/* by its port's own row */
	if (!is_set && may_edit_at(v, item))
		(void)env_add(e, edits_replacement(e, &item->place, text, &like), is_example(e, item));
	else
		tell_default(e, item, like.service);
}

/* Sets the variable of ITEM, which stands in its default and becomes TEXT. */
static void
edit_default(struct edits *e, const struct inventory_item *item, struct str text, struct change like)
{
	const struct view *v = &e->d->view;
	struct str whole = view_str(v, item->words->whole), new;
	struct str variable = view_str(v, item->words->variable);

	if (item->claim == CLAIM_PORT && !stands_plainly(e, item->words->variable, whole)) {
		edit_in_default(e, item, text, like);
		return;
	}
	if (!whole.len) {
		tell_default(e, item, like.service);
		return;
	}
	new = move_references(e, item->words->variable, whole);
	if (!str_eq(new, whole))
		env_set_key(e, like, variable, new);
}

/* Says what stands in the way of ITEM's becoming NEW. False: nothing does. */
static bool
tell_obstacle(struct edits *e, uint32_t i, struct str new, const struct claim *c)
{
	const struct view *v = &e->d->view;
	const struct inventory_item *item = &v->inventory->items[i];
	struct str service = view_str(v, item->words->service);
	struct str words = words_of(v, item), what = what_of(v, item);
	struct str doubt = view_str(v, view_rare(v, i)->doubt);

	if (!new.len && c)
		edits_problem(e, service, &item->place,
		    "%.*s names %.*s, which several have: that of %.*s becomes %.*s; if that one is "
			"meant, change it by hand",
			STR_ARG(words), STR_ARG(what), STR_ARG(v->apps[c->app].name), STR_ARG(c->after));
	else if (doubt.len)
		edits_note(e, service, &item->place,
		    "%.*s names %.*s, which becomes %.*s, and stays, as %.*s", STR_ARG(words), STR_ARG(what),
		    STR_ARG(new), STR_ARG(doubt));
	else if (item->role == ROLE_MENTION && !v->options->rewrite_mentions)
		edits_note(e, service, &item->place, "%.*s names %.*s, which becomes %.*s", STR_ARG(words),
		    STR_ARG(what), STR_ARG(new));
	else if (!item->place_known)
		edits_problem(e, service, &item->place,
		    "%.*s names %.*s, which becomes %.*s, and no text of its own decides it: change it by "
			"hand",
			STR_ARG(words), STR_ARG(what), STR_ARG(new));
	else if (item->origin != ORIGIN_DEFAULT && item->place_known &&
	    !view_is_own(v, e->app, item->place.file))
		edits_problem(e, service, &item->place,
		    "%.*s names %.*s, which becomes %.*s, in a file that is not this app's alone: change it "
			"by hand",
			STR_ARG(words), STR_ARG(what), STR_ARG(new));
	else if (item->origin != ORIGIN_DEFAULT && item->place_known && view_is_folded(v, &item->place))
		edits_problem(e, service, &item->place,
		    "%.*s names %.*s, which becomes %.*s, and goes over the end of a line: change it by hand",
		    STR_ARG(words), STR_ARG(what), STR_ARG(new));
	else
		return false;
	return true;
}

/* Whether what stands in the default changes there: no .env is to be made for its sake. */
static bool
may_edit_default(const struct view *v, const struct inventory_item *item)
{
	return v->apps[item->app].avoids_env && may_edit_at(v, item);
}

/* Says where ITEM names a port of another app that becomes another one: what it names may be in the app's own
 * container, unless it says that it is the host, so nothing is changed. */
static void
tell_of_other(struct edits *e, const struct inventory_item *item, const struct claim *c)
{
	const struct view *v = &e->d->view;

	if (is_certain(v, item, c))
		return;		/* it follows */
	if (!c->apps)
		edits_note(e, view_str(v, item->words->service), &item->place,
		    "%.*s names port %u, which no app had and %.*s gets: change it by hand if another is "
			"meant",
		    STR_ARG(words_of(v, item)), item->low, STR_ARG(v->apps[c->heir].name));
	/* of localhost where many have the port, it is the container's own more often than any of these */
	if (!c->changes || (c->apps > 2 && item->role != ROLE_MENTION && !references_are_of_host(v, item)))
		return;
	edits_note(e, view_str(v, item->words->service), &item->place,
	    "%.*s names port %u of %.*s, which becomes %.*s%s: change it by hand if that is meant",
	    STR_ARG(words_of(v, item)), item->low, STR_ARG(v->apps[c->app].name), STR_ARG(c->after),
	    c->apps > 1 ? " (another has it too)" : "");
}

/* Whether ITEM is all that a line of the app's .env, be it a coming one, sets its variable to: who gets that
 * gets a number. */
static bool
is_number_in_env(const struct edits *e, const struct inventory_item *item)
{
	const struct view *v = &e->d->view;
	bool is_coming = e->copies && is_example(e, item);
	uint32_t at = item->origin == ORIGIN_ENV && item->place_known
	    ? view_setting(v, e->app, item->words->variable, is_coming) : INVENTORY_NONE;
	const struct inventory_place *line = at == INVENTORY_NONE ? NULL : &v->inventory->items[at].place;

	return line && inventory_is_one_text(v->inventory, line, &item->place);
}

/* The container of ITEM's service listens on NEW from now on, and its mapping leads to the port before. */
static void
tell_of_listener(struct edits *e, const struct inventory_item *item, struct str new)
{
	const struct view *v = &e->d->view;

	edits_problem(e, view_str(v, item->words->service), &item->place,
	    "%.*s becomes %.*s, and the program listens on what it advertises, as it is told nothing else: "
		"give the mapping the container port %.*s as well, or set KAFKA_LISTENERS, by hand",
	    STR_ARG(words_of(v, item)), STR_ARG(new), STR_ARG(new));
}

/* Whether ITEM stands in a default that counts no more once .env.example is copied, which has a reference of
 * its own, or none. */
static bool
is_covered_by_copy(const struct view *v, const struct inventory_item *item)
{
	return item->origin == ORIGIN_DEFAULT && view_is_set_by_copy(v, item->app, item->words->variable);
}

/* Whether a mapping of the app is made of VARIABLE: what becomes of it is decided with that port. Or whether
 * a container listens on PORT, its number, which it may be there to say. */
static bool
is_of_mapping(const struct edits *e, uint32_t variable, uint16_t port)
{
	const struct view *v = &e->d->view;

	for (uint32_t i = view_first(v, e->app, FINDING_PORT); i != INVENTORY_NONE; i = view_next(v, i)) {
		const struct inventory_words *words = view_item(v, i)->words;

		if (words->variable == variable || port_of_text(view_str(v, words->container_port)) == port)
			return true;
	}
	return false;
}

/* Of ITEM, an address whose number is a default, the coming copy of .env.example may set the variable to
 * another port of the app's that moves: then it is set to what that becomes. */
static void
follow_copy(struct edits *e, const struct inventory_item *item, struct change like)
{
	const struct view *v = &e->d->view;
	uint32_t setting = view_setting(v, e->app, item->words->variable, true);
	uint16_t was = setting == INVENTORY_NONE ? 0 : view_port_of_setting(v, setting), port;
	struct seen_address a = { item, host_of(v, item), was };
	struct str variable = view_str(v, item->words->variable);
	bool is_number = str_eq(view_str(v, item->words->whole), old_text(v, item));
	const struct claim *c = NULL;

	if (item->claim != CLAIM_PORT || !was || !is_number ||
	    edits_set(e, v->apps[e->app].env, variable))
		return;
	port = new_port(e, &a, true, &c);
	if (c || port == was || is_of_mapping(e, item->words->variable, was))
		return;
	like.detail = arena_printf(v->arena,
	    "%.*s of .env.example, which an address is made of, is this app's port %u", STR_ARG(variable),
	    was);
	env_set_key(e, like, variable, arena_printf(v->arena, "%u", port));
}

/* Whether ITEM stands in a file that another app's project is read from: what is to follow there is told, or
 * done, as that one's. */
static bool
is_text_of_others(const struct edits *e, const struct inventory_item *item)
{
	const struct inventory_file *f = inventory_file(e->d->view.inventory, item->place.file);

	return item->role == ROLE_MENTION && f && f->readers > (f->app == e->app ? 1 : 0);
}

void
references_edit(struct edits *e, uint32_t i)
{
	const struct view *v = &e->d->view;
	const struct inventory_item *item = &v->inventory->items[i];
	bool example = is_example(e, item);
	const struct claim *c = NULL;
	struct str new;
	struct change like = { .service = view_str(v, item->words->service), .reason = REASON_REFERENCE };

	if (is_covered_by_copy(v, item)) {
		follow_copy(e, item, like);
		return;
	}
	if (item->claim >= CLAIM_OTHER || is_text_of_others(e, item) ||
	    (item->role == ROLE_EXAMPLE && !(example && e->copies) && !env_keeps_examples(e)))
		return;
	new = new_text(e, item, &c);
	if (item->claim == CLAIM_PORT && c)
		tell_of_other(e, item, c);
	if (str_eq(new, old_text(v, item)) || tell_obstacle(e, i, new, c))
		return;
	if (item->claim == CLAIM_PORT && item->follows)
		tell_of_listener(e, item, new);
	like.detail = arena_printf(v->arena, "%.*s names %s's %.*s", STR_ARG(words_of(v, item)),
	    c ? v->apps[c->app].name.ptr : "this app", STR_ARG(what_of(v, item)));
	if (is_number_in_env(e, item))
		like.detail = env_with_takers(e, like.detail, view_str(v, item->words->variable));
	if (item->origin == ORIGIN_DEFAULT && !may_edit_default(v, item))
		edit_default(e, item, new, like);
	else
		/* one that contradicts is covered: its key is set anew, or its variable's own text changes */
		(void)env_add(e, edits_replacement(e, &item->place, new, &like), example);
}
