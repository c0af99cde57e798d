/* listing: the runs of a journal, as apply --runs shows them.
 * SPDX-License-Identifier: MIT */
#include "journal/listing.h"

#include <time.h>

#include "base/error.h"
#include "journal/journal.h"
#include "system/options.h"
#include "stream/csv.h"

static const char *const columns[] = { "run", "state", "started", "plan", "root", "apps", "files", "left" };

/* For people: what is open and stands in a listing was interrupted, or is being done right now. */
static const char *const states[] = {
	[JOURNAL_COMMITTING] = "interrupted",
	[JOURNAL_DONE] = "done",
	[JOURNAL_UNDOING] = "undo interrupted",
	[JOURNAL_UNDONE] = "undone",
};

static void
write_row(struct stream_writer *w, const struct journal_entry *e)
{
	time_t started = (time_t)e->started;
	char when[32] = "";
	struct tm tm;

	if (gmtime_r(&started, &tm))	/* else it stays empty */
		(void)strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &tm);
	stream_field_uint(w, (unsigned long long)e->id);
	stream_field(w, str_from(states[e->state]));
	stream_field(w, str_from(when));
	stream_field(w, e->plan);
	stream_field(w, e->root);
	stream_field_uint(w, e->apps);
	stream_field_uint(w, e->files);
	stream_field_uint(w, e->left);
	stream_end_row(w);
}

int
listing_write(FILE *out, const char *db, struct error *err)
{
	AUTO_PTR(journal) journal = NULL;
	AUTO_PTR(stream_writer) w = stream_writer_open(out, columns, sizeof columns / sizeof *columns);
	AUTO(arena) arena = ARENA_INIT;
	struct journal_entry *entries = NULL;
	size_t count = 0;

	if (journal_open(&journal, options_db(db), false, err) < 0 ||
	    (journal && journal_entries(journal, &arena, &entries, &count, err) < 0))
		return -1;
	stream_header(w);
	for (size_t i = 0; i < count; i++)
		write_row(w, &entries[i]);
	return stream_flush(w, err);
}
