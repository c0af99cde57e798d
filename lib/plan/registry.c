/* registry: what people do to the allocations by hand.
 * SPDX-License-Identifier: MIT */
#include "plan/registry.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/dict.h"
#include "base/error.h"
#include "base/path.h"
#include "base/quote.h"
#include "fleet/inventory.h"
#include "plan/known.h"
#include "store/store.h"
#include "stream/csv.h"
#include "system/file.h"
#include "system/process.h"

enum { IMPORT_MAX = 64 << 20, COLUMNS = 4 };

static const char *const columns[COLUMNS] = { "model", "app_num", "backend_port", "frontend_port" };

struct stream_writer *
registry_writer_open(FILE *out)
{
	struct stream_writer *w = stream_writer_open(out, columns, COLUMNS);

	stream_header(w);
	return w;
}

void
registry_write_row(struct stream_writer *w, struct identity id, uint16_t backend, uint16_t frontend)
{
	stream_field(w, id.model);
	stream_field_uint(w, id.app_num);
	stream_field_uint(w, backend);
	stream_field_uint(w, frontend);
	stream_end_row(w);
}

static void
write_row(struct stream_writer *w, const struct store_pair *row)
{
	registry_write_row(w, row->id, row->backend, row->frontend);
}

/* Commits, or rolls back after a failure or a dry run; then what was gathered in W goes out. */
static int
settle(struct store *s, int result, bool dry_run, struct stream_writer *w, struct error *err)
{
	return store_end(s, result, !dry_run, err) < 0 ? -1 : stream_flush(w, err);
}

static int
release(struct store *s, struct identity id, struct stream_writer *w, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct store_pair *rows;
	size_t count;
	bool had;

	if (store_pairs(s, &a, &rows, &count, err) < 0 || store_release(s, id, &had, err) < 0)
		return -1;
	if (!had)
		return error_set(err, IDENTITY_FORMAT " holds nothing in the registry", IDENTITY_ARG(id));
	for (size_t i = 0; i < count; i++)
		if (identity_eq(rows[i].id, id))
			write_row(w, &rows[i]);
	return 0;
}

int
registry_release(struct store *s, struct identity id, FILE *out, struct error *err)
{
	AUTO_PTR(stream_writer) w = registry_writer_open(out);

	if (store_begin(s, err) < 0)
		return -1;
	return settle(s, release(s, id, w, err), false, w, err);
}

/* Whether FOLDER (absolute) lies at or below ROOT and INVENTORY has no app there. */
static bool
is_gone(const struct inventory *v, struct str root, struct str folder)
{
	struct str rest;

	return path_relative(folder, root, &rest) &&
	    inventory_app_of(v, inventory_lookup(v, rest)) == INVENTORY_NONE;
}

/* --- prune --- */

/* What is listed of what an app held that is gone. */
struct freed {
	struct identity id;
	uint16_t backend, frontend;	/* of a pair; else 0 */
	const char *kind;
	struct str value, service, folder, command;
};

struct pruning {
	struct store *store;
	const struct inventory *inventory;
	struct str root;
	struct stream_writer *out;
	struct arena *arena;
	struct known known;
	struct dict apps;		/* of known, by folder */
	struct dict projects;		/* what the projects of the fleet are called */
};

static void
write_freed(struct stream_writer *w, const struct freed *f)
{
	const struct str rest[] = { str_from(f->kind), f->value, f->service, f->folder, f->command };

	stream_field(w, f->id.model);
	stream_field_uint(w, f->id.app_num);
	for (int i = 0; i < 2; i++) {
		if (f->backend)
			stream_field_uint(w, i ? f->frontend : f->backend);
		else
			stream_field(w, (struct str)STR_INIT);
	}
	for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
		stream_field(w, rest[i]);
	stream_end_row(w);
}

static void
index_all(struct pruning *p)
{
	const struct inventory *v = p->inventory;

	p->apps = (struct dict)DICT_IN(p->arena);
	p->projects = (struct dict)DICT_IN(p->arena);
	p->projects.folds = true;
	for (size_t i = 0; i < p->known.app_count; i++)
		(void)dict_add(&p->apps, p->known.apps[i].folder, (uint32_t)i);
	for (uint32_t i = 0; i < v->item_count; i++)
		if (v->items[i].record == FINDING_PROJECT)
			(void)dict_add(&p->projects, inventory_str(v, v->items[i].value), i);
}

static struct identity
identity_of(const struct pruning *p, struct str folder)
{
	uint32_t app = dict_find(&p->apps, folder);

	return app == DICT_NONE ? (struct identity){ folder, 1 } : p->known.apps[app].id;
}

/* What may still run, and is to be taken down before its numbers are another's: it comes first. */
static void
list_projects(struct pruning *p)
{
	for (size_t i = 0; i < p->known.name_count; i++) {
		const struct store_name *n = &p->known.names[i];
		AUTO(buf) command = BUF_INIT;

		if (!str_eq(n->kind, STR("project")) || !is_gone(p->inventory, p->root, n->folder))
			continue;
		buf_add_str(&command, STR("docker compose -p "));
		quote_add(&command, n->name);
		buf_add_str(&command, STR(" down"));
		write_freed(p->out, &(struct freed){ .id = identity_of(p, n->folder), .kind = "project",
			.value = n->name, .folder = n->folder,
			.command = dict_find(&p->projects, n->name) == DICT_NONE ? buf_str(&command)
										 : STR("") });
	}
}

static int
free_pairs(struct pruning *p, struct error *err)
{
	bool had;

	for (size_t i = 0; i < p->known.pair_count; i++) {
		const struct store_pair *row = &p->known.pairs[i];

		if (!row->folder.len || !is_gone(p->inventory, p->root, row->folder))
			continue;
		write_freed(p->out, &(struct freed){ row->id, row->backend, row->frontend, .kind = "pair",
			.folder = row->folder });
		if (store_release(p->store, row->id, &had, err) < 0)
			return -1;
	}
	return 0;
}

static void
list_ports(struct pruning *p)
{
	for (size_t i = 0; i < p->known.port_count; i++) {
		const struct store_port *row = &p->known.ports[i];
		bool is_six = str_find(row->address, 0, ':') < row->address.len;

		if (!is_gone(p->inventory, p->root, row->folder))
			continue;
		write_freed(p->out, &(struct freed){ .id = identity_of(p, row->folder), .kind = "port",
			.value = arena_printf(p->arena, "%s%.*s%s%u/%.*s", is_six ? "[" : "",
			    STR_ARG(row->address), is_six ? "]:" : row->address.len ? ":" : "", row->port,
			    STR_ARG(row->protocol)),
			.service = row->service, .folder = row->folder });
	}
}

static void
list_names(struct pruning *p)
{
	for (size_t i = 0; i < p->known.name_count; i++) {
		const struct store_name *n = &p->known.names[i];

		bool is_image = str_eq(n->kind, STR("image"));

		if ((!is_image && !str_eq(n->kind, STR("container"))) ||
		    !is_gone(p->inventory, p->root, n->folder))
			continue;
		write_freed(p->out, &(struct freed){ .id = identity_of(p, n->folder),
			.kind = is_image ? "image" : "container", .value = n->name, .service = n->service,
			.folder = n->folder });
	}
}

static int
prune(struct pruning *p, struct error *err)
{
	if (known_read(&p->known, p->store, p->arena, err) < 0)
		return -1;
	index_all(p);
	list_projects(p);
	if (free_pairs(p, err) < 0)
		return -1;
	list_ports(p);
	list_names(p);
	for (size_t i = 0; i < p->known.app_count; i++)
		if (is_gone(p->inventory, p->root, p->known.apps[i].folder) &&
		    store_forget_app(p->store, p->known.apps[i].folder, err) < 0)
			return -1;
	return 0;
}

int
registry_prune(
    struct store *s, const struct inventory *v, struct str root, bool dry_run, FILE *out, struct error *err)
{
	static const char *const freed[] = { "model", "app_num", "backend_port", "frontend_port", "kind",
		"value", "service", "folder", "command" };
	AUTO_PTR(stream_writer) w = stream_writer_open(out, freed, sizeof freed / sizeof *freed);
	AUTO(arena) a = ARENA_INIT;
	struct pruning p = { .store = s, .inventory = v, .root = root, .out = w, .arena = &a };

	stream_header(w);
	if (inventory_count_apps(v) == 0)
		return error_set(err,
		    "the findings have no app at all: --prune would free what every one holds (is the fleet "
		    "mounted? --release gives up a single one)");
	if (store_begin(s, err) < 0)
		return -1;
	return settle(s, prune(&p, err), dry_run, w, err);
}

/* --- import --- */

static uint16_t
port_of(struct str s)
{
	uint64_t n;

	return str_to_uint(str_trim(s), UINT16_MAX, &n) ? (uint16_t)n : 0;
}

static int
read_csv(
    int fd, const char *file, struct arena *a, struct store_pair **ret, size_t *ret_count, struct error *err)
{
	AUTO_PTR(stream) in = NULL;
	const struct str *fields;
	int at[COLUMNS], got;
	size_t cap = 0;

	if (stream_open(&in, fd, file, err) < 0)
		return -1;
	for (int i = 0; i < COLUMNS; i++) {
		at[i] = stream_column(in, columns[i]);
		if (at[i] < 0 && i == 1)
			at[i] = stream_column(in, "app_number");
		if (at[i] < 0) {
			error_set(err,
			    "no column '%s': allocations have model, app_num, backend_port, frontend_port",
			    columns[i]);
			return error_at_line(err, str_from(file), 1);
		}
	}
	while ((got = stream_next(in, &fields, err)) > 0) {
		uint64_t num;

		if (!str_to_uint(fields[at[1]], INT64_MAX, &num)) {
			error_set(err, "'%.*s' is no app number", STR_ARG(fields[at[1]]));
			return error_at_line(err, str_from(file), stream_line(in));
		}
		ARENA_GROW(a, *ret, *ret_count, cap);
		(*ret)[(*ret_count)++] = (struct store_pair){ .id.model = arena_dup(a, fields[at[0]]),
			.id.app_num = num,
			.backend = port_of(fields[at[2]]),
			.frontend = port_of(fields[at[3]]) };
	}
	return got;
}

/* FILE, which holds TEXT, to be read again: a pipe is read once only. */
static int
open_again(const char *file, struct str text, struct error *err)
{
	struct stat st;
	int fd = stat(file, &st) == 0 && S_ISREG(st.st_mode) ? open(file, O_RDONLY | O_CLOEXEC) : -1;

	return fd < 0 ? process_scratch_of(text, err) : fd;
}

/* The allocations that FILE, which holds TEXT, lists. */
static int
read_allocations(struct store *s, const char *file, struct str text, struct arena *a,
    struct store_pair **ret, size_t *ret_count, struct error *err)
{
	struct str trimmed = str_trim(text);
	int fd, result;

	if (trimmed.len && (trimmed.ptr[0] == '[' || trimmed.ptr[0] == '{')) {
		result = store_read_json(s, trimmed, a, ret, ret_count, err);
		return result < 0 ? error_file(err, str_from(file)) : 0;
	}
	if ((fd = open_again(file, text, err)) < 0)
		return -1;
	result = read_csv(fd, file, a, ret, ret_count, err);
	(void)close(fd);	/* was only read */
	return result;
}

/* Who has PORT already, of the rows before and in the file; 0 where nobody has it. */
static int
take_port(const struct store_pair **owner, uint16_t port, const struct store_pair *row, struct buf *refused)
{
	const struct store_pair *other = owner[port];

	if (other && !identity_eq(other->id, row->id)) {
		buf_printf(refused, "%s" IDENTITY_FORMAT " wants %u, which is " IDENTITY_FORMAT "'s",
		    refused->len ? "; " : "", IDENTITY_ARG(row->id), port, IDENTITY_ARG(other->id));
		return -1;
	}
	owner[port] = row;
	return 0;
}

/* The row of the registry that bears the identity; NULL: none. Both are few enough in an import to look
 * through. */
static const struct store_pair *
same_app(const struct store_pair *rows, size_t count, const struct store_pair *row)
{
	for (size_t i = 0; i < count; i++)
		if (identity_eq(rows[i].id, row->id))
			return &rows[i];
	return NULL;
}

static void
check_row(const struct store_pair *row, const struct store_pair *had, const struct store_pair **owner,
    struct buf *refused)
{
	const char *sep = refused->len ? "; " : "";

	if (!row->id.model.len || !row->backend || !row->frontend || row->backend == row->frontend)
		buf_printf(refused, "%s" IDENTITY_FORMAT " has no two ports", sep, IDENTITY_ARG(row->id));
	else if (had && (had->backend != row->backend || had->frontend != row->frontend))
		buf_printf(refused, "%s" IDENTITY_FORMAT " has %u and %u already", sep, IDENTITY_ARG(row->id),
		    had->backend, had->frontend);
	else if (take_port(owner, row->backend, row, refused) == 0)
		(void)take_port(owner, row->frontend, row, refused);	/* told in REFUSED */
}

static int
import(struct store *s, const char *file, struct str text, struct stream_writer *w, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	AUTO(buf) refused = BUF_INIT;
	const struct store_pair **owner = arena_zero(&a, UINT16_MAX + 1, sizeof *owner);
	struct store_pair *rows = NULL, *known;
	size_t count = 0, known_count;

	if (read_allocations(s, file, text, &a, &rows, &count, err) < 0 ||
	    store_pairs(s, &a, &known, &known_count, err) < 0)
		return -1;
	for (size_t i = 0; i < known_count; i++)
		owner[known[i].backend] = owner[known[i].frontend] = &known[i];
	owner[0] = NULL;
	for (size_t i = 0; i < count; i++) {
		const struct store_pair *had = same_app(known, known_count, &rows[i]);

		check_row(&rows[i], had ? had : same_app(rows, i, &rows[i]), owner, &refused);
	}
	if (refused.len) {
		error_set(err, "nothing was imported: %.*s", STR_ARG(buf_str(&refused)));
		return error_file(err, str_from(file));
	}
	for (size_t i = 0; i < count; i++) {
		if (same_app(known, known_count, &rows[i]) || same_app(rows, i, &rows[i]))
			continue;
		if (store_put_pair(
			s, rows[i].id, rows[i].backend, rows[i].frontend, err) < 0)
			return -1;
		write_row(w, &rows[i]);
	}
	return 0;
}

int
registry_import(struct store *s, const char *file, bool dry_run, FILE *out, struct error *err)
{
	AUTO_PTR(stream_writer) w = registry_writer_open(out);
	AUTO(buf) text = BUF_INIT;

	/* nobody waits for the registry while a pipe is waited for */
	if (file_read_given(file, IMPORT_MAX, &text, err) < 0 || store_begin(s, err) < 0)
		return -1;
	return settle(s, import(s, file, buf_str(&text), w, err), dry_run, w, err);
}
