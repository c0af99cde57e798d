/* draft: a plan, from the findings that it is made of.
 * SPDX-License-Identifier: MIT */
#include "plan/draft.h"

#include <sys/stat.h>

#include "base/error.h"
#include "journal/mark.h"
#include "plan/arguments.h"
#include "plan/registry.h"
#include "store/store.h"
#include "stream/finding.h"
#include "system/folder.h"

int
draft_read(struct draft *p, int fd, const char *name, struct error *err)
{
	if (finding_reader_open(&p->reader, fd, name, p->is_partial ? FINDING_TAKES_PARTIAL : 0, err) < 0 ||
	    inventory_read(&p->inventory, p->reader, err) < 0)
		return -1;
	inventory_settle(&p->inventory);
	return 0;
}

/* What another host's findings lack is not gone. */
static int
check_prune(const struct draft *p, struct store *store, struct error *err)
{
	AUTO(arena) a = ARENA_INIT;
	struct str host = finding_reader_host(p->reader), own;

	if (store_check_host(store, host, err) < 0 || store_host(store, &a, &own, err) < 0)
		return -1;
	return own.len && !host.len
	    ? error_set(err, "this registry is %.*s's, and these findings do not say whose they are: "
		  "berth scan --host-name %.*s ROOT", STR_ARG(own), STR_ARG(own))
	    : 0;
}

int
draft_prune(const struct draft *p, struct store *store, bool dry_run, FILE *out, struct error *err)
{
	if (p->is_partial || p->inventory.is_part)
		return error_set(err, "--prune has to see the whole fleet: it goes neither with --partial "
		    "nor with scan --files-from, and each folder has to be readable");
	if (check_prune(p, store, err) < 0)
		return -1;
	return registry_prune(store, &p->inventory, finding_reader_root(p->reader), dry_run, out, err);
}

/* Whether the folder that was scanned is on this machine, in the same place. */
static bool
is_here(const struct finding_reader *reader)
{
	struct str known = finding_reader_root_id(reader);
	struct stat st;
	struct folder_id id;

	if (!known.len || stat(finding_reader_root(reader).ptr, &st) < 0)
		return false;
	id = folder_id(&st);
	return str_eq(known, str_from(id.text));
}

int
draft_make(struct draft *p, struct store *store, const struct plan_options *o, const char *tool,
    FILE *out, struct error *err)
{
	struct str root = finding_reader_root(p->reader);
	struct plan_options with = *o;

	with.is_here = is_here(p->reader);
	with.host = finding_reader_host(p->reader);
	return mark_refuse(store_path(store), root.ptr, err) < 0 ||
		arguments_check_only(o, &p->inventory, err) < 0 ||
		arguments_check_bind(o, &p->inventory, err) < 0 ||
		plan_run(&p->inventory, store, root, &with, &p->plan, err) < 0 ||
		plan_write(&p->plan, p->reader, tool, out, err) < 0
	    ? -1
	    : 0;
}

void
draft_release(struct draft *p)
{
	finding_reader_close(p->reader);
	inventory_release(&p->inventory);
	plan_release(&p->plan);
	*p = (struct draft)DRAFT_INIT;
}
