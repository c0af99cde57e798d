/* fit: an app of one host among those of another.
 * SPDX-License-Identifier: MIT */
#include "report/fit.h"

#include "base/error.h"
#include "report/audit.h"
#include "report/load.h"
#include "report/streams.h"
#include "stream/finding.h"
#include "system/input.h"

static int
open_target(struct audit **ret, struct load_guests *guests, const char *target,
    const struct audit_options *from, struct error *err)
{
	struct audit_options options = *from;
	int result;

	options.guests = guests;
	if (input_open(target, &options.findings, &options.findings_name, err) < 0)
		return -1;
	result = audit_open(ret, &options, err);
	input_close(options.findings);
	return result;
}

int
fit_open(struct audit **ret, const char *app, struct streams *source, const char *target,
    const struct audit_options *from, struct error *err)
{
	struct load_guests guests = { app, source, 0, DICT_INIT, ARENA_INIT };
	int result = open_target(ret, &guests, target, from, err);

	dict_release(&guests.there);
	arena_release(&guests.arena);
	if (result < 0)
		return -1;
	if (guests.apps)
		return 0;
	audit_close(*ret);
	*ret = NULL;
	return error_set(err, "'%s' is none of the apps in the findings: write MODEL/appN, a folder, or a "
	    "pattern for either", app);
}
