/* fuzz: any bytes as a stream of findings or changes.
 * SPDX-License-Identifier: MIT */
#include "check.h"

#include <unistd.h>

#include "stream/change.h"
#include "base/error.h"
#include "stream/finding.h"
#include "stream/csv.h"

enum { PIPE_HOLDS = 32768 };

static void
read_rows(int fd)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(stream) s = NULL;
	const struct str *fields;

	if (stream_open(&s, fd, "fuzz", &err) < 0)
		return;
	while (stream_next(s, &fields, &err) > 0)
		for (size_t i = 0; i < stream_columns(s); i++)
			CHECK(!str_has_nul(fields[i]));
}

static void
read_findings(int fd, bool partial)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(finding_reader) r = NULL;
	struct finding f;

	if (finding_reader_open(&r, fd, "fuzz", partial, &err) < 0)
		return;
	while (finding_next(r, &f, &err) > 0)
		CHECK(f.record != FINDING_FLEET && f.record != FINDING_END && f.record != FINDING_OTHER);
}

static void
read_changes(int fd)
{
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(change_reader) r = NULL;
	struct change c;

	if (change_reader_open(&r, fd, "fuzz", true, &err) < 0)
		return;
	while (change_next(r, &c, &err) > 0)
		CHECK(c.action != CHANGE_FLEET && c.action != CHANGE_END);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > PIPE_HOLDS)
		return 0;
	for (int pass = 0; pass < 4; pass++) {
		int ends[2];

		if (pipe(ends) < 0 || write(ends[1], data, size) != (ssize_t)size || close(ends[1]) < 0)
			abort();
		if (pass == 0)
			read_rows(ends[0]);
		else if (pass == 1)
			read_changes(ends[0]);
		else
			read_findings(ends[0], pass == 3);
		(void)close(ends[0]);	/* only read from */
	}
	return 0;
}
