/* lab: small projects in a folder of their own, read, and read again after what decides a value was replaced.
 * SPDX-License-Identifier: MIT
 *
 * Included first. For a test in a scratch folder: the app is its folder `app`. */
#ifndef TESTS_COMPOSE_LAB_H
#define TESTS_COMPOSE_LAB_H

#include "unit/scratch.h"
#include "unit/traced.h"

#include "compose/project.h"

struct lab {
	int fd;				/* of the fleet's root */
	struct project_reader *reader;
	const struct project *p;
};

static inline void
lab_ports(struct port_range r, const char *expected)
{
	struct port_range_room room;

	assert_true(str_eq(port_range_text(&room, r), str_from(expected)));
}

static inline void
lab_text(struct str s, const char *expected)
{
	assert_str(s, expected, strlen(expected));
}

/* FILES: path, text, path, text, …, NULL; paths below the folder app. ENVIRON counts as with --env; NULL:
 * none does. */
static inline void
lab_lay(struct lab *lab, const char *const *environ_, const char *const *files)
{
	AUTO(error) err = ERROR_INIT;
	static struct project_options options;
	char path[PATH_MAX];

	options = (struct project_options){ .env = environ_ != NULL, .environ = environ_, .addresses = true };

	assert_int_equal(mkdir("app", 0700), 0);
	lab->fd = open(".", O_RDONLY | O_DIRECTORY);
	assert_true(lab->fd >= 0);
	for (; *files; files += 2) {
		(void)snprintf(path, sizeof path, "app/%s", files[0]);
		scratch_put(path, files[1]);
	}
	assert_int_equal(project_reader_open(&lab->reader, lab->fd, &options, &err), 0);
}

#define LAB_LAY(lab, ...) lab_lay(lab, NULL, (const char *const[]){ __VA_ARGS__, NULL })

static inline const struct project *
lab_read(struct lab *lab)
{
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(project_read(lab->reader, STR("app"), PROJECT_NAMES_UNKNOWN, &lab->p, &err), 0);
	return lab->p;
}

/* Reads the app, which Compose takes. */
static inline const struct project *
lab_accepted(struct lab *lab)
{
	(void)lab_read(lab);
	for (size_t i = 0; i < lab->p->problem_count; i++)
		fail_msg("%.*s", STR_ARG(lab->p->problems[i].text));
	return lab->p;
}

/* Reads the app, in which the first problem says WHAT. */
static inline const struct project_message *
lab_refused(struct lab *lab, const char *what)
{
	const struct project_message *m = lab_read(lab)->problems;

	if (lab->p->problem_count == 0)
		fail_msg("nothing is refused, not even for %s", what);
	if (str_search(m->text, 0, str_from(what)) == m->text.len)
		fail_msg("'%.*s' says nothing of %s", STR_ARG(m->text), what);
	return m;
}

static inline const struct project_service *
lab_service(const struct project *p, const char *name)
{
	size_t i = 0;

	while (i < p->service_count && !str_eq(p->services[i].name, str_from(name)))
		i++;
	assert_true(i < p->service_count);
	return &p->services[i];
}

/* Puts TEXT in the place of SPAN of the file at PATH. */
static inline void
lab_replace(struct str path, struct span span, const char *text)
{
	AUTO(buf) old = BUF_INIT;
	AUTO(buf) changed = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	char name[PATH_MAX];

	(void)snprintf(name, sizeof name, "%.*s", STR_ARG(path));
	assert_int_equal(file_read(AT_FDCWD, name, TEXT_MAX, &old, &err), FILE_READ);
	assert_true(span_end(span) <= old.len);
	buf_add(&changed, old.ptr, span.off);
	buf_add_str(&changed, str_from(text));
	buf_add(&changed, old.ptr + span_end(span), old.len - span_end(span));
	scratch_put(name, changed.ptr);
}

/* T is decided by one span of FILE; it becomes NEW there. */
static inline void
lab_decide(struct trace t, const char *file, enum origin origin, const char *new)
{
	struct trace_decision d = trace_decide(t);

	assert_traced(t);
	assert_true(d.known);
	lab_text(d.source->path, file);
	assert_int_equal(d.origin, origin);
	lab_replace(d.source->path, d.span, new);
}

static inline void
lab_clear(struct lab *lab)
{
	project_reader_close(lab->reader);
	assert_int_equal(close(lab->fd), 0);
	assert_int_equal(nftw("app", scratch_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
}

#endif
