/* surveyed: what scan says of a scratch folder, a line a record, for the tests of what is found in a project.
 * SPDX-License-Identifier: MIT */
#ifndef TESTS_SURVEYED_H
#define TESTS_SURVEYED_H

#include "unit/scratch.h"

#include "stream/column.h"
#include "stream/finding.h"
#include "scan/apps.h"
#include "scan/findings.h"
#include "scan/survey.h"

/* What is in the column, behind its NAME, where there is anything. */
static inline void
surveyed_field(struct buf *b, const char *name, const struct finding *f, const char *column)
{
	union column_room room;
	struct str s = column_text(column_find(&finding_table, str_from(column)), f, &room);

	if (s.len)
		buf_printf(b, "%s%.*s", name, STR_ARG(s));
}

/* `RECORD role= service= variable= value= port= origin= at=FILE:LINE:COLUMN raw= detail= doubt=
 * to= listens= follows=`, of those that are not empty; the last two of what containers get. */
static inline void
surveyed_line(struct buf *b, const struct finding *f)
{
	surveyed_field(b, "", f, "record");
	surveyed_field(b, " role=", f, "role");
	surveyed_field(b, " service=", f, "service");
	surveyed_field(b, " variable=", f, "variable");
	surveyed_field(b, " value=", f, "value");
	surveyed_field(b, " port=", f, "host_port");
	surveyed_field(b, " origin=", f, "origin");
	surveyed_field(b, " at=", f, "file");
	if (f->place.file.len)
		buf_printf(b, ":%zu:%zu", f->place.line, f->place.column);
	surveyed_field(b, " raw=", f, "raw");
	surveyed_field(b, " detail=", f, "detail");
	surveyed_field(b, " doubt=", f, "doubt");
	surveyed_field(b, " to=", f, "handed_to");
	if (f->role == ROLE_HANDED)
		surveyed_field(b, " listens=", f, "container_port");
	if (f->role == ROLE_HANDED)
		surveyed_field(b, " follows=", f, "follows");
	if (f->record == FINDING_IMAGE)
		surveyed_field(b, " elsewhere=", f, "elsewhere");
	buf_add_char(b, '\n');
}

/* Surveys the working folder and appends the findings of all its apps. Returns the number of problems. */
static inline uint64_t
surveyed(struct buf *ret, const struct survey_options *opt)
{
	AUTO_PTR(apps) apps = NULL;
	AUTO_PTR(finding_reader) reader = NULL;
	AUTO(error) err = ERROR_INIT;
	FILE *f = tmpfile();
	AUTO_PTR(stream_writer) w = finding_writer_open(f);
	struct findings_count count;
	struct finding finding;
	struct findings_options options = { .survey = *opt, .jobs = 1, .tool = "berth 0 stream 1" };
	int got;

	assert_int_equal(apps_open(&apps, ".", &(struct apps_options){ .jobs = 1 }, &err), 0);
	finding_write_header(w);
	assert_int_equal(findings_write(apps, &options, w, &count, &err), 0);
	assert_int_equal(lseek(fileno(f), 0, SEEK_SET), 0);
	assert_int_equal(finding_reader_open(&reader, fileno(f), "survey", 0, &err), 0);
	while ((got = finding_next(reader, &finding, &err)) > 0)
		surveyed_line(ret, &finding);
	if (got < 0)
		fail_msg("%s", err.what);		/* the count is held to by the reader */
	assert_int_equal(fclose(f), 0);
	return count.problems;
}

/* How many lines of what was found are WANT. */
static inline size_t
surveyed_count(const struct buf *b, const char *want)
{
	size_t len = strlen(want), n = 0;

	for (size_t at = 0, end; at < b->len; at = end + 1) {
		end = str_find(buf_str(b), at, '\n');
		n += end - at == len && memcmp(b->ptr + at, want, len) == 0;
	}
	return n;
}

static inline void
surveyed_has(const struct buf *b, const char *want)
{
	if (surveyed_count(b, want) != 1)
		fail_msg("'%s' is there %zu times in:\n%s", want, surveyed_count(b, want), b->ptr);
}

/* No line begins with HEAD. */
static inline void
surveyed_lacks(const struct buf *b, const char *head)
{
	for (size_t at = 0; at < b->len; at = str_find(buf_str(b), at, '\n') + 1)
		if (str_starts(str_sub(buf_str(b), at, b->len), str_from(head)))
			fail_msg("'%s' begins a line of:\n%s", head, b->ptr);
}

#endif
