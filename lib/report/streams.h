/* streams: the findings that a report is asked of, stream by stream, from one input or several.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_STREAMS_H
#define BERTH_REPORT_STREAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/dict.h"
#include "base/mem.h"
#include "base/str.h"

struct buf;
struct error;
struct finding_reader;

struct streams {
	const char *const *files;	/* `-` is standard input; borrowed */
	size_t file_count, next_file;
	unsigned takes;			/* enum finding_takes */
	int fd;				/* of the input that is read; -1: none is */
	const char *name;		/* its name, for messages */
	struct finding_reader *reader;	/* stands in the stream that streams_next gave; owned */
	size_t number;			/* of that stream, from 1 */
	struct dict hosts;		/* private: those that were met */
	struct arena arena;
};

#define STREAMS_INIT { .fd = -1, .hosts = DICT_INIT, .arena = ARENA_INIT }

/* Without a file it is standard input, where that has something to say: *ret_any tells whether there is
 * anything to read. */
int streams_open(struct streams *, const char *const *files, size_t count, unsigned takes, bool *ret_any,
    struct error *);
/* Goes on with the next stream, wherever this one has come to. 1; 0: there is none; -1: it cannot be read,
 * and the next call goes on behind it. */
int streams_next(struct streams *, struct error *);
/* What the host of the stream is called among others: as it says itself, else as its file is, without .csv.
 * -1 where neither says, or a stream of that host was met before: what two of one host share would not be
 * seen. */
int streams_host(struct streams *, struct str *ret, struct error *);
/* Appends what a person may call the stream. */
void streams_describe(const struct streams *, struct buf *);
void streams_release(struct streams *);

MEM_AUTO(streams);

#endif
