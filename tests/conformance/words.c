/* words: what the library makes of .env files, templates and port mappings, to hold against Docker Compose.
 * SPDX-License-Identifier: MIT
 *
 * usage: words FOLDER TEMPLATES NAME...
 *        words -p MAPPINGS
 * Reads FOLDER/.env under the process environment, then the file TEMPLATES (NUL behind each). Prints for
 * each template its text after interpolation and a NUL, then for each NAME `=value` or `!` and a NUL. Exit
 * 1, with the reasons on stderr, where Compose is expected to refuse. Every trace on the way is checked:
 * an untrue one aborts.
 *
 * With -p each text of the file MAPPINGS (NUL behind each) gives its mappings, `IP PUBLISHED CONTAINER
 * PROTOCOL` with commas between, or `!` and why it is refused, and a NUL. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "syntax/dotenv.h"
#include "syntax/env.h"
#include "base/error.h"
#include "system/file.h"
#include "syntax/interpolation.h"
#include "syntax/mapping.h"

extern char **environ;

static int
fail(const char *why)
{
	(void)fprintf(stderr, "words: %s\n", why ? why : "cannot read");
	return 1;
}

static int
read_source(const char *path, struct source *ret)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(error) err = ERROR_INIT;

	*ret = (struct source){ .path = str_from(path), .text = TEXT_INIT };
	if (file_read(AT_FDCWD, path, TEXT_MAX, &b, &err) == FILE_FAILED)
		return fail(err.what);
	text_copy(&ret->text, buf_str(&b));
	return 0;
}

static void
check(struct trace t)
{
	size_t at = 0;

	for (size_t i = 0; i < t.count; i++) {
		const struct trace_piece *p = &t.pieces[i];

		if (p->at != at || p->len > t.text.len - at ||
		    (p->source != NULL) != (p->origin != ORIGIN_NONE) ||
		    (p->source && !p->decoded &&
		    !str_eq(text_span(&p->source->text, p->raw), str_sub(t.text, p->at, p->len))))
			abort();
		at += p->len;
	}
	if (t.count && at != t.text.len)
		abort();
}

static void
print(struct str s)
{
	(void)fwrite(s.ptr ? s.ptr : "", 1, s.len, stdout);
	(void)putchar('\0');
}

static int
read_all(struct arena *a, struct interpolation *ip, struct dotenv_reader *reader, char **argv)
{
	struct source env_source, templates;
	struct env process, env;
	struct dotenv file;
	struct trace got;
	struct str text;
	int status = read_source(arena_printf(a, "%s/.env", argv[1]).ptr, &env_source) | read_source(argv[2],
	    &templates);

	interpolation_reset(ip, a);
	env_init(&process, a, NULL);
	env_init(&env, a, &process);
	env_set_environ(&process, (const char *const *)environ);
	dotenv_read(reader, &env_source, &env, &file);
	for (size_t i = 0; i < file.problem_count; i++)
		status |= fail(file.problems[i].text.ptr);
	for (size_t i = 0; i < file.count; i++)
		check(file.statements[i].resolved);
	text = text_str(&templates.text);
	for (size_t at = 0, end; at < text.len; at = end + 1) {
		AUTO(error) err = ERROR_INIT;
		struct trace in;

		end = str_find(text, at, '\0');
		in = trace_literal(a, str_sub(text, at, end - at), &templates, (struct span){ at, end - at });
		if (interpolate(ip, in, &env, &file.expansions, &got, &err) < 0) {
			status |= fail(err.what);
			got = in;
		}
		check(got);
		print(got.text);
	}
	for (char **name = argv + 3; *name; name++) {
		bool found = env_get(&env, str_from(*name), &got);

		(void)putchar(found ? '=' : '!');
		print(found ? got.text : (struct str)STR_INIT);
	}
	text_release(&env_source.text);
	text_release(&templates.text);
	return status;
}

static int
read_mappings(struct arena *a, const char *path)
{
	AUTO(error) opened = ERROR_INIT;
	AUTO_PTR(mapping_parser) parser = NULL;
	struct source source;
	struct str text;

	if (mapping_parser_open(&parser, &opened) < 0 || read_source(path, &source))
		return 2;
	text = text_str(&source.text);
	for (size_t at = 0, end; at < text.len; at = end + 1) {
		AUTO(error) err = ERROR_INIT;
		struct mapping m;
		struct mapping_cursor c = MAPPING_CURSOR_INIT(&m);
		struct mapping_port port;

		end = str_find(text, at, '\0');
		if (mapping_parse(parser, str_sub(text, at, end - at), &m, &err) < 0)
			(void)printf("!%s", err.what);
		else
			for (const char *comma = ""; mapping_next(&c, a, &port) > 0; comma = ",")
				(void)printf("%s%.*s %.*s %u %.*s", comma, STR_ARG(m.host_ip),
				    STR_ARG(port.published),
				    port.container, STR_ARG(m.protocol));
		(void)putchar('\0');
	}
	text_release(&source.text);
	return 0;
}

int
main(int argc, char **argv)
{
	AUTO(arena) a = ARENA_INIT;
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(interpolation) ip = NULL;
	AUTO_PTR(dotenv_reader) reader = NULL;
	int status;

	if (argc < 3 || interpolation_open(&ip, &err) < 0 || dotenv_reader_open(&reader, ip, &err) < 0)
		return fail(argc < 3 ? "usage: words FOLDER TEMPLATES NAME..." : err.what) + 1;
	status = str_eq(str_from(argv[1]), STR("-p")) ? read_mappings(&a, argv[2]) : read_all(&a, ip, reader,
	    argv);
	return fflush(stdout) == 0 ? status : 2;
}
