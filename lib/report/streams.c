/* streams: the findings that a report is asked of, stream by stream, from one input or several.
 * SPDX-License-Identifier: MIT */
#include "report/streams.h"

#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/path.h"
#include "stream/finding.h"
#include "system/input.h"

int
streams_open(struct streams *s, const char *const *files, size_t count, unsigned takes, bool *ret_any,
    struct error *err)
{
	s->files = files;
	s->file_count = count;
	s->takes = takes;
	if (count == 0 && input_open(NULL, &s->fd, &s->name, err) < 0)
		return -1;
	if (s->fd >= 0)
		finding_reader_open_many(&s->reader, s->fd, s->name, takes);
	*ret_any = count > 0 || s->reader;
	return 0;
}

static int
open_file(struct streams *s, struct error *err)
{
	if (input_open(s->files[s->next_file++], &s->fd, &s->name, err) < 0) {
		s->number++;
		return -1;
	}
	finding_reader_open_many(&s->reader, s->fd, s->name, s->takes);
	return 0;
}

static void
close_input(struct streams *s)
{
	finding_reader_close(s->reader);
	input_close(s->fd);
	s->reader = NULL;
	s->fd = -1;
}

int
streams_next(struct streams *s, struct error *err)
{
	while (s->reader || s->next_file < s->file_count) {
		int got;

		if (!s->reader && open_file(s, err) < 0)
			return -1;
		got = finding_reader_restart(s->reader, err);
		if (got) {
			s->number++;
			return got;
		}
		close_input(s);
	}
	return 0;
}

/* The name of the file that is read, without its ending; empty for standard input. */
static struct str
file_host(const struct streams *s)
{
	const char *file = s->next_file ? s->files[s->next_file - 1] : "-";
	struct str name = path_name(str_from(file));

	if (strcmp(file, "-") == 0)
		return (struct str)STR_INIT;
	return str_ends(name, STR(".csv")) ? str_sub(name, 0, name.len - 4) : name;
}

int
streams_host(struct streams *s, struct str *ret, struct error *err)
{
	struct str host = finding_reader_host(s->reader);
	size_t known = s->hosts.count;
	uint32_t number;

	if (!host.len)
		host = file_host(s);
	if (!host.len)
		return error_set(
		    err, "it does not say whose it is: run berth scan --host-name NAME on each host");
	number = dict_add_copy(&s->hosts, &s->arena, host, (uint32_t)known);
	*ret = s->hosts.entries[number].key;
	if (s->hosts.count == known)
		return error_set(err, "a second stream of %.*s: what two of one host share would not be "
		    "seen; scan a folder above both", STR_ARG(host));
	return 0;
}

void
streams_describe(const struct streams *s, struct buf *b)
{
	struct str host = s->reader ? finding_reader_host(s->reader) : (struct str)STR_INIT;

	if (host.len)
		buf_add_str(b, host);
	else
		buf_printf(b, "stream %zu", s->number);
}

void
streams_release(struct streams *s)
{
	close_input(s);
	dict_release(&s->hosts);
	arena_release(&s->arena);
}
