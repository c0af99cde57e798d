/* fuzz: any bytes as the files of a project. A NUL ends a file; they are the compose file, .env, the
 * override, a base file.
 * SPDX-License-Identifier: MIT */
#include "check.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "compose/project.h"

static void
check_texts(struct arena *a, const struct project_texts *t)
{
	for (size_t i = 0; i < t->count; i++) {
		check_trace(t->items[i].value);
		(void)trace_chain(a, t->items[i].value, STR("app"));
	}
}

static void
check_service(struct arena *a, const struct project_service *s)
{
	check_trace(s->container_name);
	CHECK(!s->name_source || span_end(s->name_site) <= s->name_source->text.len);
	for (size_t i = 0; i < s->port_count; i++) {
		const struct project_port *p = &s->ports[i];

		check_trace(p->host);
		check_trace(p->container);
		check_trace(p->written);
		CHECK(!p->site_source || span_end(p->host_site) <= p->site_source->text.len);
		(void)trace_chain(a, p->host, STR("app"));
	}
	check_texts(a, &s->environment);
	check_texts(a, &s->args);
	check_texts(a, &s->labels);
}

static int
open_lab(void)
{
	char name[] = "/tmp/berth-fuzz-XXXXXX";
	int fd;

	CHECK(mkdtemp(name) != NULL);
	fd = open(name, O_RDONLY | O_DIRECTORY);
	CHECK(fd >= 0 && mkdirat(fd, "app", 0700) == 0);
	return fd;
}

static void
lay_file(int lab, const char *name, const uint8_t *data, size_t size)
{
	int fd = openat(lab, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size && close(fd) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "app/compose.yaml", "app/.env", "app/compose.override.yml",
		"app/base.yaml" };
	static struct project_reader *reader;	/* kept from run to run, as a scan does */
	static int lab;
	static const struct project_options options = { .env = false };
	AUTO(error) err = ERROR_INIT;
	const struct project *p;

	if (!reader) {
		lab = open_lab();
		CHECK(project_reader_open(&reader, lab, &options, &err) == 0);
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const uint8_t *end = size ? memchr(data, 0, size) : NULL;
		size_t len = end ? (size_t)(end - data) : size;

		if (i > 0 && size == 0) {
			(void)unlinkat(lab, names[i], 0);	/* may not be there */
			continue;
		}
		lay_file(lab, names[i], data, len);
		size -= end ? len + 1 : len;
		data += end ? len + 1 : len;
	}
	CHECK(project_read(reader, STR("app"), PROJECT_NAMES_UNKNOWN, &p, &err) == 0);
	check_trace(p->name);
	for (size_t i = 0; i < p->service_count; i++)
		check_service(project_arena(reader), &p->services[i]);
	for (size_t i = 0; i < p->setting_count; i++)
		check_trace(p->settings[i].resolved);
	for (size_t i = 0; i < p->expansion_count; i++)
		check_trace(p->expansions[i].fallback);
	return 0;
}
