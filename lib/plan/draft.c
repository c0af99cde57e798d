/* draft: a plan, from the findings that it is made of.
 * SPDX-License-Identifier: MIT */
#include "plan/draft.h"

#include "base/error.h"
#include "stream/finding.h"
#include "plan/registry.h"
#include "plan/arguments.h"

int
proposal_read(struct proposal *p, int fd, const char *name, struct error *err)
{
	if (finding_reader_open(&p->reader, fd, name, p->is_partial, err) < 0 ||
	    inventory_read(&p->inventory, p->reader, err) < 0)
		return -1;
	inventory_settle(&p->inventory);
	return 0;
}

int
proposal_prune(const struct proposal *p, struct store *store, bool dry_run, FILE *out, struct error *err)
{
	if (p->is_partial)
		return error_set(err, "--prune has to see the whole fleet: it does not go with --partial");
	return registry_prune(store, &p->inventory, finding_reader_root(p->reader), dry_run, out, err);
}

int
proposal_make(struct proposal *p, struct store *store, const struct planner_options *o, const char *tool,
    FILE *out, struct error *err)
{
	struct str root = finding_reader_root(p->reader);

	return request_check_only(o, &p->inventory, err) < 0 ||
		planner_run(&p->inventory, store, root, o, &p->plan, err) < 0 ||
		plan_write(&p->plan, root, tool, out, err) < 0
	    ? -1
	    : 0;
}

void
proposal_release(struct proposal *p)
{
	finding_reader_close(p->reader);
	inventory_release(&p->inventory);
	plan_release(&p->plan);
	*p = (struct proposal)PROPOSAL_INIT;
}
