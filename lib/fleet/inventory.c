/* inventory: the findings of a fleet held in compact memory.
 * SPDX-License-Identifier: MIT */
#include "fleet/inventory.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/error.h"

static size_t
slot_of(const struct inventory *v, struct str s)
{
	size_t mask = v->slot_count - 1, i = (size_t)XXH3_64bits(s.ptr ? s.ptr : "", s.len) & mask;

	while (v->slots[i] && !str_eq(v->texts[v->slots[i] - 1], s))
		i = (i + 1) & mask;
	return i;
}

/* Doubles the table before it is two thirds full. */
static void
make_room(struct inventory *v)
{
	if (v->slot_count && (v->text_count + 1) * 3 < v->slot_count * 2)
		return;
	free(v->slots);
	v->slot_count = v->slot_count ? v->slot_count * 2 : 1024;
	v->slots = mem_zero(v->slot_count, sizeof *v->slots);
	for (size_t i = 0; i < v->text_count; i++)
		v->slots[slot_of(v, v->texts[i])] = (uint32_t)i + 1;
}

static uint32_t
add_text(struct inventory *v, struct str s)
{
	size_t slot;

	make_room(v);
	slot = slot_of(v, s);
	if (v->slots[slot])
		return v->slots[slot] - 1;
	if (v->text_count >= v->text_cap) {
		v->text_cap = mem_next_capacity(v->text_count);
		v->texts = mem_resize(v->texts, v->text_cap, sizeof *v->texts);
		v->app_of = mem_resize(v->app_of, v->text_cap, sizeof *v->app_of);
		v->file_of = mem_resize(v->file_of, v->text_cap, sizeof *v->file_of);
	}
	v->texts[v->text_count] = s.len ? arena_dup(&v->arena, s) : STR("");
	v->app_of[v->text_count] = v->file_of[v->text_count] = INVENTORY_NONE;
	v->slots[slot] = (uint32_t)++v->text_count;
	return (uint32_t)v->text_count - 1;
}

uint32_t
inventory_intern(struct inventory *v, struct str s)
{
	if (v->text_count == 0)
		(void)add_text(v, STR(""));	/* text 0 */
	return s.len ? add_text(v, s) : 0;
}

uint32_t
inventory_lookup(const struct inventory *v, struct str s)
{
	size_t slot;

	if (!v->slot_count)
		return INVENTORY_NONE;
	slot = slot_of(v, s);
	return v->slots[slot] ? v->slots[slot] - 1 : INVENTORY_NONE;
}

struct str
inventory_str(const struct inventory *v, uint32_t text)
{
	return text < v->text_count ? v->texts[text] : (struct str)STR_INIT;
}

/* Outside the layout the model is the folder, with slashes behind it where a model in the layout is called
 * the same. */
static bool
is_path_of(struct str model, struct str folder)
{
	if (model.len < folder.len || !str_eq(str_sub(model, 0, folder.len), folder))
		return false;
	for (size_t i = folder.len; i < model.len; i++)
		if (model.ptr[i] != '/')
			return false;
	return true;
}

static uint32_t
app_index(struct inventory *v, const struct finding *f)
{
	uint32_t folder = inventory_intern(v, f->app);
	struct inventory_app *a;

	if (v->app_of[folder] == INVENTORY_NONE) {
		MEM_GROW(v->apps, v->app_count, v->app_cap);
		v->app_of[folder] = (uint32_t)v->app_count;
		v->apps[v->app_count++] = (struct inventory_app){ .folder = folder,
			.id = { inventory_str(v, inventory_intern(v, f->id.model)), f->id.app_num },
			.in_layout = !is_path_of(f->id.model, f->app) };
	}
	a = &v->apps[v->app_of[folder]];
	a->is_app = a->is_app || (f->record != FINDING_REFERENCE && f->record != FINDING_WARNING);
	if (f->record == FINDING_APP && f->role == ROLE_LAYOUT)
		a->in_layout = true;
	if (f->record == FINDING_APP && f->twin.len)
		a->twin = inventory_intern(v, f->twin);
	return v->app_of[folder];
}

static int
add_place(struct inventory *v, const struct place *p, struct inventory_place *ret, struct error *err)
{
	if (p->line > UINT32_MAX || p->column > UINT32_MAX || p->span.off > UINT32_MAX ||
	    p->span.len > UINT32_MAX)
		return error_set(
		    err, "a line or offset above %u: no file that scan reads is that large", UINT32_MAX);
	*ret = (struct inventory_place){ inventory_intern(v, p->file),
		pool_add(&v->spots,
		    &(struct inventory_spot){ (uint32_t)p->line, (uint32_t)p->column, (uint32_t)p->span.off,
			(uint32_t)p->span.len, inventory_intern(v, p->raw) }) };
	return 0;
}

/* What a record says of its file; of several for one path the first digest counts. */
static void
add_file(struct inventory *v, const struct finding *f, uint32_t path)
{
	uint32_t target = inventory_intern(v, f->target);
	struct inventory_file *file;

	if (v->file_of[path] == INVENTORY_NONE) {
		MEM_GROW(v->files, v->file_count, v->file_cap);
		v->file_of[path] = (uint32_t)v->file_count;
		v->files[v->file_count++] = (struct inventory_file){ .path = path, .app = INVENTORY_NONE };
	}
	file = &v->files[v->file_of[path]];
	if (!file->exists && f->has_digest) {
		file->exists = true;
		file->digest = f->digest;
	}
	if (f->record == FINDING_FILE) {
		file->size = (uint32_t)f->place.span.len;
		file->is_folder = f->is_folder;
		file->is_unreadable = f->is_unreadable;
		file->is_open = f->is_open;
		file->keys = (uint32_t)f->keys;
		file->target = target;
	}
}

/* Only an alias that says where the claim's text stands in its content counts; where the mapping has no text
 * for that, it is the text that decides it. */
static bool
has_alias(const struct finding *f)
{
	struct str raw = f->site.known ? f->site.raw : f->place.raw;

	return f->alias.known && raw.len &&
	    f->alias_text.len <= UINT32_MAX &&	/* no file that scan reads is larger */
	    str_eq(str_sub(f->alias_text, f->alias_at, raw.len), raw);
}

static int
add_rare(struct inventory *v, const struct finding *f, uint32_t *ret, struct error *err)
{
	struct inventory_rare rare = { .profile = inventory_intern(v, f->profile),
		.network_mode = inventory_intern(v, f->network_mode),
		.replicas = inventory_intern(v, f->replicas),
		.serves = inventory_intern(v, f->serves),
		.unnamed = inventory_intern(v, f->unnamed),
		.other_role = inventory_intern(v, f->other_role),
		.odd_port = inventory_intern(v, f->host_port.odd),
		.doubt = inventory_intern(v, f->doubt),
		.elsewhere = inventory_intern(v, f->elsewhere),
		.handed_to = inventory_intern(v, f->handed_to),
		.before = inventory_intern(v, f->before),
		.rest = inventory_intern(v, f->rest),
		.behind = inventory_intern(v, f->behind) };

	if (f->also.known && add_place(v, &f->also, &rare.also, err) < 0)
		return -1;
	if (has_alias(f)) {
		if (add_place(v, &f->alias, &rare.alias, err) < 0 ||
		    add_place(v, &f->heir, &rare.heir, err) < 0)
			return -1;
		rare.alias_text = inventory_intern(v, f->alias_text);
		rare.alias_at = (uint32_t)f->alias_at;
	}
	*ret = pool_add(&v->rares, &rare);
	return 0;
}

const struct inventory_rare *
inventory_rare(const struct inventory *v, const struct inventory_item *item)
{
	return pool_at(&v->rares, item->words->rare);
}

const struct inventory_spot *
inventory_spot(const struct inventory *v, const struct inventory_place *place)
{
	return pool_at(&v->spots, place->spot);
}

bool
inventory_is_one_text(
    const struct inventory *v, const struct inventory_place *x, const struct inventory_place *y)
{
	const struct inventory_spot *p = inventory_spot(v, x), *q = inventory_spot(v, y);

	return x->file == y->file && p->off == q->off && p->len == q->len;
}

const struct inventory_words *
inventory_words(struct inventory *v, const struct inventory_words *words)
{
	return pool_at(&v->words, pool_add(&v->words, words));
}

static void
add_held(struct inventory *v, const struct finding *f)
{
	MEM_GROW(v->held, v->held_count, v->held_cap);
	v->held[v->held_count++] = (struct inventory_held){ .role = f->role,
		.port = f->host_port.low,
		.host_ip = inventory_intern(v, f->host_ip),
		.protocol = inventory_intern(v, f->protocol),
		.value = inventory_intern(v, f->value),
		.whole = inventory_intern(v, f->whole),
		.whose = inventory_intern(v, f->detail) };
}

int
inventory_add(struct inventory *v, const struct finding *f, struct error *err)
{
	struct inventory_item item = { .record = (uint8_t)f->record,
		.origin = f->origin & 3,
		.role = (uint8_t)f->role,
		.claim = f->claim & 7,
		.place_known = f->place.known,
		.site_known = f->site.known,
		.follows = f->follows,
		.low = f->host_port.low,
		.high = f->host_port.high };
	uint32_t rare;

	if (v->item_count >= INVENTORY_ITEMS - 1 || v->text_count >= INVENTORY_NONE - 64 ||
	    v->spots.count >= INVENTORY_NONE - 4)
		return error_set(err, "more findings than one run can hold; give scan a part of the fleet");
	if (f->record == FINDING_HELD) {
		add_held(v, f);
		return 0;
	}
	if (add_place(v, &f->place, &item.place, err) < 0 || add_place(v, &f->site, &item.site, err) < 0 ||
	    add_rare(v, f, &rare, err) < 0)
		return -1;
	item.app = app_index(v, f);
	item.value = inventory_intern(v, f->value);
	item.words = inventory_words(v,
	    &(struct inventory_words){ .service = inventory_intern(v, f->service),
		.host_ip = inventory_intern(v, f->host_ip),
		.container_port = inventory_intern(v, f->container_port),
		.protocol = inventory_intern(v, f->protocol),
		.variable = inventory_intern(v, f->variable),
		.detail = inventory_intern(v, f->detail),
		.chain = inventory_intern(v, f->chain),
		.whole = inventory_intern(v, f->whole),
		.rare = rare });
	if (finding_is_external(f)) {	/* whoever makes it says what it is */
		MEM_GROW(v->externals, v->external_count, v->external_cap);
		v->externals[v->external_count++] = item;
		return 0;
	}
	if (f->record == FINDING_FILE || f->has_digest)
		add_file(v, f, item.place.file);
	MEM_GROW(v->items, v->item_count, v->item_cap);
	v->items[v->item_count++] = item;
	return 0;
}

int
inventory_read(struct inventory *v, struct finding_reader *reader, struct error *err)
{
	struct finding f;
	int got;

	v->is_part = finding_reader_is_part(reader);
	while ((got = finding_next(reader, &f, err)) > 0)
		if (inventory_add(v, &f, err) < 0)
			return -1;
	return got;
}

void
inventory_swap_twin(struct inventory *v, uint32_t app)
{
	struct inventory_app *a = &v->apps[app];
	uint32_t index = a->twin < v->text_count ? v->app_of[a->twin] : INVENTORY_NONE;
	struct inventory_app *holder;

	if (a->twin == 0 || index == INVENTORY_NONE || index == app)
		return;
	holder = &v->apps[index];
	a->id = holder->id;
	a->in_layout = true;
	a->twin = 0;
	holder->id = (struct identity){ inventory_str(v, holder->folder), 1 };
	holder->in_layout = false;
	holder->twin = a->folder;
}

uint32_t
inventory_find(
    const struct inventory *v, const struct inventory_app *a, enum finding_record record, uint32_t from)
{
	uint32_t low = from > a->first ? from : a->first, high = a->first + a->count, end = high;

	if (low < end && v->items[low].record < record)
		while (low < high) {
			uint32_t mid = low + (high - low) / 2;

			if (v->items[mid].record < record)
				low = mid + 1;
			else
				high = mid;
		}
	return low < end && v->items[low].record == record ? low : INVENTORY_NONE;
}

size_t
inventory_count_apps(const struct inventory *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->app_count; i++)
		n += v->apps[i].is_app;
	return n;
}

uint32_t
inventory_app_of(const struct inventory *v, uint32_t folder)
{
	uint32_t app = folder < v->text_count ? v->app_of[folder] : INVENTORY_NONE;

	return app != INVENTORY_NONE && v->apps[app].is_app ? app : INVENTORY_NONE;
}

const struct inventory_file *
inventory_file(const struct inventory *v, uint32_t path)
{
	return path < v->text_count && v->file_of[path] != INVENTORY_NONE ? &v->files[v->file_of[path]]
									  : NULL;
}

struct place
inventory_place(const struct inventory *v, const struct inventory_place *p, bool known)
{
	const struct inventory_spot *spot = inventory_spot(v, p);

	return (struct place){ known, inventory_str(v, p->file), spot->line, spot->column,
		{ spot->off, spot->len }, inventory_str(v, spot->raw) };
}

static void
finding_of(const struct inventory *v, const struct inventory_item *item, struct finding *f)
{
	const struct inventory_app *a = &v->apps[item->app];
	const struct inventory_file *file = inventory_file(v, item->place.file);
	const struct inventory_rare *rare = inventory_rare(v, item);

	*f = (struct finding){
		.record = (enum finding_record)item->record,
		.origin = (enum origin)item->origin,
		.id = a->id,
		.app = inventory_str(v, a->folder),
		.service = inventory_str(v, item->words->service),
		.role = (enum finding_role)item->role,
		.other_role = inventory_str(v, rare->other_role),
		.host_ip = inventory_str(v, item->words->host_ip),
		.host_port = inventory_ports(v, item),
		.container_port = inventory_str(v, item->words->container_port),
		.protocol = inventory_str(v, item->words->protocol),
		.value = inventory_str(v, item->value),
		.variable = inventory_str(v, item->words->variable),
		.profile = inventory_str(v, rare->profile),
		.network_mode = inventory_str(v, rare->network_mode),
		.detail = inventory_str(v, item->words->detail),
		.chain = inventory_str(v, item->words->chain),
		.whole = inventory_str(v, item->words->whole),
		.replicas = inventory_str(v, rare->replicas),
		.elsewhere = inventory_str(v, rare->elsewhere),
		.handed_to = inventory_str(v, rare->handed_to),
		.before = inventory_str(v, rare->before),
		.behind = inventory_str(v, rare->behind),
		.rest = inventory_str(v, rare->rest),
		.place = inventory_place(v, &item->place, item->place_known),
		.site = inventory_place(v, &item->site, item->site_known),
		.also = inventory_place(v, &rare->also, rare->also.file),
		.has_digest = item->place.file && file && file->exists,
	};
	if (f->has_digest)
		f->digest = file->digest;
	if (rare->alias_text) {
		f->alias = inventory_place(v, &rare->alias, true);
		f->alias_text = inventory_str(v, rare->alias_text);
		f->alias_at = rare->alias_at;
		f->heir = inventory_place(v, &rare->heir, inventory_spot(v, &rare->heir)->len > 0);
	}
}

void
inventory_finding(const struct inventory *v, uint32_t i, struct finding *f)
{
	finding_of(v, &v->items[i], f);
}

void
inventory_external(const struct inventory *v, size_t i, struct finding *f)
{
	finding_of(v, &v->externals[i], f);
}

struct port_range
inventory_ports(const struct inventory *v, const struct inventory_item *item)
{
	return (
	    struct port_range){ item->low, item->high, inventory_str(v, inventory_rare(v, item)->odd_port) };
}

bool
inventory_has_one_number(const struct inventory *v, const struct inventory_item *item)
{
	struct port_range_room room;

	return str_eq(
	    port_range_text(&room, inventory_ports(v, item)), inventory_str(v, item->words->container_port));
}

bool
inventory_runs(const struct inventory *v, const struct inventory_item *item)
{
	return !str_eq(inventory_str(v, inventory_rare(v, item)->replicas), STR("0"));
}

bool
inventory_is_published(const struct inventory *v, const struct inventory_item *item)
{
	return item->record == FINDING_PORT && item->low && item->low == item->high &&
	    inventory_runs(v, item) &&
	    !finding_mode_publishes_nothing(inventory_str(v, inventory_rare(v, item)->network_mode));
}

void
inventory_release(struct inventory *v)
{
	free(v->apps);
	free(v->items);
	free(v->externals);
	free(v->files);
	free(v->held);
	free(v->texts);
	free(v->slots);
	free(v->app_of);
	free(v->file_of);
	pool_release(&v->spots);
	pool_release(&v->words);
	pool_release(&v->rares);
	arena_release(&v->arena);
	*v = (struct inventory)INVENTORY_INIT;
}
