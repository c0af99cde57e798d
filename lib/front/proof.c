/* proof: whether a fleet, as it was scanned, is free of clashes and of problems.
 * SPDX-License-Identifier: MIT */
#include "front/proof.h"

#include "base/error.h"
#include "fleet/accept.h"
#include "fleet/clash.h"
#include "fleet/inventory.h"
#include "stream/finding.h"

static int
count(void *context, const struct clash *c, struct error *err)
{
	(void)c, (void)err;
	++*(size_t *)context;
	return 0;
}

/* Takes in what can clash. Whether no finding is a problem, and no app has a twin, of which the registry may
 * know better whose identity they have. */
static bool
read_claims(int fd, struct inventory *v, struct error *err)
{
	AUTO_PTR(finding_reader) reader = NULL;
	struct finding f;
	int got;

	if (finding_reader_open(&reader, fd, "scan's output", FINDING_TAKES_CLAIMS, err) < 0)
		return false;
	while ((got = finding_next(reader, &f, err)) > 0)
		if (f.record == FINDING_PROBLEM || f.twin.len ||
		    (clash_is_about(&f) && inventory_add(v, &f, err) < 0))
			return false;
	return got == 0;
}

bool
proof_holds(int fd, const char *accept)
{
	AUTO(error) ignored = ERROR_INIT;	/* the report meets it too */
	AUTO(inventory) v = INVENTORY_INIT;
	AUTO(accept) accepted = ACCEPT_INIT;
	struct clash_view found = { .inventory = &v };
	struct clash_options options = { .pairs = NULL };
	size_t clashes = 0;

	if ((accept && accept_read(&accepted, accept, &ignored) < 0) || !read_claims(fd, &v, &ignored))
		return false;
	inventory_settle(&v);
	options.accepted = accepted.items;
	options.accepted_count = accepted.count;
	return clash_find(&found, &options, count, &clashes, &ignored) == 0 && clashes == 0;
}
