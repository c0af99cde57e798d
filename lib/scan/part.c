/* part: a folder that is no project by itself, as another app includes what is in it.
 * SPDX-License-Identifier: MIT */
#include "scan/part.h"

#include "base/path.h"
#include "scan/apps.h"
#include "scan/crossing.h"
#include "scan/writer.h"

bool
part_may_be(const struct writer *w)
{
	return w->project->problem_count && !w->app->in_layout && !w->app->twin.len;
}

/* Whether P itself includes a file of the folder DIR: then neither is a part of the other. */
static bool
includes(const struct project *p, struct str dir)
{
	for (size_t i = 0; i < p->file_count; i++)
		if (p->files[i].role == PROJECT_INCLUDE && str_eq(path_folder(p->files[i].path), dir))
			return true;
	return false;
}

struct str
part_whole(const struct writer *w, const struct crossing *crossing)
{
	const struct project *p = w->project;
	struct str whole = STR_INIT;

	for (size_t i = 0; i < p->file_count && !whole.len; i++)
		if (p->files[i].role == PROJECT_COMPOSE)
			whole = crossing_reader(crossing, p->files[i].path, true);
	return includes(p, whole) ? (struct str)STR_INIT : whole;
}

void
part_write(struct writer *w, struct str whole)
{
	struct finding f = writer_finding(w, FINDING_GAP);

	writer_app(w, ROLE_FRAGMENT);
	f.role = ROLE_FRAGMENT;
	f.value = arena_printf(w->arena,
	    "a part of %.*s, which includes it, and no project by itself: it counts as no app",
	    STR_ARG(whole));
	writer_write(w, &f);
}
