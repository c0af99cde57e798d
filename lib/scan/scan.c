/* scan: all apps of a fleet, by several threads.
 * SPDX-License-Identifier: MIT */
#include "scan/survey.h"

#include "scan/workers.h"
#include "stream/finding.h"
#include "scan/apps.h"
#include "system/progress.h"
#include "stream/csv.h"

struct watched {
	const struct progress *progress;
	size_t total;
};

static void
one(void *state, size_t index, struct stream_writer *rows)
{
	survey_app(state, index, rows);
}

static void
tell(void *context, size_t done)
{
	const struct watched *w = context;

	progress_tell(w->progress, "apps read", done, w->total);
}

/* The apps' records, by one survey for each worker. */
static int
survey_apps(const struct fleet *fleet, const struct survey_options *opt, size_t jobs,
    const struct progress *progress, struct stream_writer *out, struct survey_counts *n, struct error *err)
{
	struct survey *surveys[CREW_JOBS];
	void *states[CREW_JOBS];
	AUTO_PTR(survey_rules) rules = NULL;
	struct watched watched = { progress, fleet->count };
	const struct crew_work work = { .count = fleet->count,
		.columns = FINDING_COLUMNS,
		.one = one,
		.progress = tell,
		.context = &watched };
	size_t open = 0;
	int result = survey_rules_open(&rules, opt, err);

	for (; result == 0 && open < jobs; states[open] = surveys[open], open++)
		if ((result = survey_open(&surveys[open], fleet, rules, err)) < 0)
			break;
	if (result == 0)
		crew_run(&work, states, open, out);
	for (size_t i = 0; i < open; i++) {
		n->records += survey_records(surveys[i]);
		n->problems += survey_problems(surveys[i]);
		survey_close(surveys[i]);
	}
	return result;
}

int
survey_fleet(const struct fleet *fleet, const struct survey_options *opt, size_t jobs, const char *tool,
    const struct progress *progress, struct stream_writer *out, struct survey_counts *ret, struct error *err)
{
	ret->records = survey_write_start(fleet, tool, out);
	ret->problems = ret->records - 1;
	if (stream_flush(out, err) < 0 || survey_apps(fleet, opt, jobs, progress, out, ret, err) < 0)
		return -1;
	survey_write_end(ret->records, out);
	return stream_flush(out, err);
}
