/* floor: the least that a program must do that reads a fleet, or that rewrites it durably.
 * SPDX-License-Identifier: MIT
 *
 * usage: floor read ROOT              walks ROOT and reads every file
 *        floor lines ROOT BYTES       the same, split into lines and hashed; writes BYTES for each file
 *        floor yaml ROOT BYTES        the same; libyaml parses each .yml and .yaml
 *        floor write LIST THREADS     rewrites the files of LIST (each ended by a NUL)
 *
 * To rewrite: each is read, written beside and given its mode; the file system is flushed; each is renamed
 * into place; the file system is flushed again. Those that are not there are made. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xxhash.h>
#include <yaml.h>

enum { FILE_LIMIT = 1 << 20 };

static void
fail(const char *what)
{
	perror(what);
	exit(2);
}

struct reading {
	bool lines, yaml;
	size_t bytes;			/* written for each file */
	char *row;
	unsigned long long sum;		/* so that no work can be left out */
};

static void
parse(const char *text, size_t len, struct reading *r)
{
	yaml_parser_t parser;
	yaml_event_t event;
	bool more = true;

	if (!yaml_parser_initialize(&parser))
		fail("libyaml");
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	while (more && yaml_parser_parse(&parser, &event)) {
		more = event.type != YAML_STREAM_END_EVENT;
		r->sum++;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
}

static void
take_file(int folder, const char *name, struct reading *r)
{
	static char text[FILE_LIMIT];
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text);
	const char *dot = strrchr(name, '.');

	if (n < 0)
		fail(name);
	(void)close(fd);
	r->sum += (unsigned long long)n;
	if (!r->lines)
		return;
	r->sum += XXH3_64bits(text, (size_t)n);
	for (const char *p = text, *end = text + n; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		r->sum++;
	if (r->yaml && dot && (strcmp(dot, ".yml") == 0 || strcmp(dot, ".yaml") == 0))
		parse(text, (size_t)n, r);
	if (fwrite(r->row, 1, r->bytes, stdout) != r->bytes)
		fail("stdout");
}

static void
walk(int folder, struct reading *r)
{
	DIR *d = fdopendir(folder);
	const struct dirent *e;

	if (!d)
		fail("folder");
	while ((e = readdir(d))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (e->d_type == DT_DIR) {
			int fd = openat(folder, e->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

			if (fd < 0)
				fail(e->d_name);
			walk(fd, r);
		} else if (e->d_type == DT_REG) {
			take_file(folder, e->d_name, r);
		}
	}
	(void)closedir(d);
}

static int
read_all(const char *how, const char *root, const char *bytes)
{
	struct reading r = { .lines = *how != 'r', .yaml = *how == 'y' };
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	r.bytes = bytes ? strtoul(bytes, NULL, 10) : 0;
	r.row = malloc(r.bytes + 1);
	if (fd < 0 || !r.row)
		fail(root);
	memset(r.row, ',', r.bytes);
	walk(fd, &r);
	free(r.row);
	(void)fprintf(stderr, "%llu\n", r.sum);
	return fflush(stdout) == 0 ? 0 : 2;
}

struct share {
	char **files;
	size_t count;
	bool rename;
};

static void
stage(const char *file, const char *beside)
{
	char text[64 * 1024];
	struct stat st = { .st_mode = 0644 };
	ssize_t n = 240;
	int old = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), new;

	memset(text, 'x', (size_t)n);
	if (old >= 0 && (fstat(old, &st) < 0 || (n = read(old, text, sizeof text)) < 0 || close(old) < 0))
		fail(file);
	new = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (new < 0 || write(new, text, (size_t)n) != n || fchmod(new, st.st_mode & 07777) < 0 ||
	    close(new) < 0)
		fail(beside);
}

static void *
do_share(void *arg)
{
	const struct share *s = arg;

	for (size_t i = 0; i < s->count; i++) {
		char beside[4096];

		if (snprintf(beside, sizeof beside, "%s.new", s->files[i]) >= (int)sizeof beside)
			fail("a path");
		if (!s->rename)
			stage(s->files[i], beside);
		else if (rename(beside, s->files[i]) < 0)
			fail(beside);
	}
	return NULL;
}

static void
share_out(char **files, size_t count, size_t threads, bool rename)
{
	pthread_t ids[64];
	struct share shares[64];

	for (size_t i = 0; i < threads; i++) {
		size_t from = count * i / threads;

		shares[i] = (struct share){ files + from, count * (i + 1) / threads - from, rename };
		if (pthread_create(&ids[i], NULL, do_share, &shares[i]) != 0)
			fail("a thread");
	}
	for (size_t i = 0; i < threads; i++)
		(void)pthread_join(ids[i], NULL);
}

static int
write_all(const char *list, const char *threads)
{
	FILE *f = fopen(list, "r");
	char **files = NULL, *name = NULL;
	size_t count = 0, cap = 0, n = strtoul(threads, NULL, 10);
	int root;

	if (!f || n < 1 || n > 64)
		fail(list);
	while (getdelim(&name, &cap, '\0', f) > 0) {
		files = realloc(files, (count + 1) * sizeof *files);
		if (!files)
			fail("memory");
		files[count++] = name;
		name = NULL;
		cap = 0;
	}
	free(name);
	(void)fclose(f);
	root = count ? open(files[0], O_RDONLY | O_CLOEXEC) : -1;
	if (root < 0)
		fail("the first file of the list");
	share_out(files, count, n, false);
	if (syncfs(root) < 0)
		fail("syncfs");
	share_out(files, count, n, true);
	if (syncfs(root) < 0)
		fail("syncfs");
	for (size_t i = 0; i < count; i++)
		free(files[i]);
	free(files);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "write") == 0)
		return write_all(argv[2], argv[3]);
	if (argc == 3 && strcmp(argv[1], "read") == 0)
		return read_all("read", argv[2], NULL);
	if (argc == 4 && (strcmp(argv[1], "lines") == 0 || strcmp(argv[1], "yaml") == 0))
		return read_all(argv[1], argv[2], argv[3]);
	(void)fputs("usage: floor read ROOT | lines ROOT BYTES | yaml ROOT BYTES | write LIST THREADS\n",
	    stderr);
	return 2;
}
