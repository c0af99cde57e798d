/* writer: the findings of one app as they are written, each with its place.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SCAN_WRITER_H
#define BERTH_SCAN_WRITER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/dict.h"
#include "stream/finding.h"
#include "compose/project.h"
#include "scan/secrets.h"

struct app;

struct writer {
	struct stream_writer *rows;
	const struct app *app;
	const struct project *project;
	struct arena *arena;		/* of the app */
	struct secrets secrets;		/* of the app */
	enum finding_role role;		/* what every app is; ROLE_NONE: each by where it lies */
	bool claims;			/* what can clash is written, and no other file, place or text */
	/* of a folder that is run in several ways: which of them, where no two run at a time; else 0 */
	size_t way;
	struct dict *seen;		/* private: what was written of such a folder; NULL: it is none */
	struct arena seen_arena;	/* private */
	struct writer_count {
		uint64_t records, problems;	/* written, over all apps */
		uint64_t followed;		/* values at the places that the owner names (--follow) */
		uint64_t none;			/* scaffolds and parts of others, which count as no apps */
	} n;
	/* of the app: where its rows begin, and how many bytes they may be */
	struct writer_mark {
		size_t size;
		struct writer_count n;
	} from;
	size_t allowed;
	bool is_spent;			/* the app has had them */
	bool has_too_many;		/* what its other files name does not count, however it is run */
};

/* A finding of this app with nothing else in it yet. */
struct finding writer_finding(const struct writer *, enum finding_record);
/* A place in a file, with its raw bytes where SHOW: only ports, names and addresses may be shown. */
struct place writer_place(struct source *, struct span, bool show);
/* Where to look, with no span: file, line and column. */
struct place writer_spot(struct source *, size_t offset);
/* Fills place, digest, variable, origin and chain with what decides T, and detail with why no single span
 * does. */
void writer_decided(const struct writer *, struct finding *, struct trace t, bool show);
/* Says in place of F that the KEY of a service is made of a secret, so that nobody learns whom it clashes
 * with. */
void writer_untold(struct writer *, const struct finding *f, const char *key);
/* With no secret of the app in what it says. */
void writer_write(struct writer *, const struct finding *);
/* The record of the app itself; ROLE_NONE: by where it lies. */
void writer_app(struct writer *, enum finding_role);
/* The profiles of a service; of one with none in a folder whose ways never run together, which way it is, so
 * that its ports do not clash with the other ways'. */
struct str writer_profiles(const struct writer *, const struct project_service *);
/* What is written of one app from here to the end: where it is run in several ways, nothing of it twice. */
void writer_begin(struct writer *, const struct app *, struct stream_writer *rows);
/* The app's rows may be larger by what the writer's project is worth. */
void writer_allow(struct writer *);
/* How far the rows have come; and back to there, with nothing written since. */
struct writer_mark writer_mark(const struct writer *);
void writer_back(struct writer *, const struct writer_mark *);
/* Whose rows grew beyond that is an app with that problem and nothing else. */
void writer_end(struct writer *);

#endif
