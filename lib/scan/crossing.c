/* crossing: which files the apps of a fleet read, in their own folders and in others'.
 * SPDX-License-Identifier: MIT */
#include "scan/crossing.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/dict.h"
#include "base/path.h"
#include "compose/project.h"

/* Who reads a file: the first by path. Empty: nobody. */
struct readers {
	struct str any, other;		/* an app; one whose folder is not the file's */
};

struct crossing {
	pthread_mutex_t lock;
	struct arena arena;
	struct dict paths;		/* of compose files: the index of each among the readers */
	struct dict others;		/* the paths of all files that are read from another folder */
	struct readers *readers;
	size_t count, cap;
	size_t *put_off;
	size_t put_off_count, put_off_cap;
	bool is_complete;
};

struct crossing *
crossing_open(void)
{
	struct crossing *c = mem_zero(1, sizeof *c);

	(void)pthread_mutex_init(&c->lock, NULL);
	c->paths = (struct dict)DICT_INIT;
	c->others = (struct dict)DICT_INIT;
	return c;
}

void
crossing_close(struct crossing *c)
{
	if (!c)
		return;
	(void)pthread_mutex_destroy(&c->lock);
	dict_release(&c->paths);
	dict_release(&c->others);
	arena_release(&c->arena);
	free(c->readers);
	free(c->put_off);
	free(c);
}

static void
take_first(struct str *least, struct str folder)
{
	if (!least->len || str_cmp(folder, *least) < 0)
		*least = folder;
}

/* An app reads the file at PATH, in another folder. */
static void
note_other(struct crossing *c, struct str path)
{
	(void)pthread_mutex_lock(&c->lock);
	(void)dict_add_copy(&c->others, &c->arena, path, 0);
	(void)pthread_mutex_unlock(&c->lock);
}

static void
note_file(struct crossing *c, struct str folder, struct str path, bool is_other)
{
	uint32_t i;

	(void)pthread_mutex_lock(&c->lock);
	i = dict_add_copy(&c->paths, &c->arena, path, (uint32_t)c->count);
	if (i == c->count) {
		MEM_GROW(c->readers, c->count, c->cap);
		c->readers[c->count++] = (struct readers){ .any = STR_INIT };
	}
	folder = arena_dup(&c->arena, folder);
	take_first(&c->readers[i].any, folder);
	if (is_other)
		take_first(&c->readers[i].other, folder);
	(void)pthread_mutex_unlock(&c->lock);
}

/* What an app reads under one of Compose's names in its own folder is of no interest, which is nearly all. */
void
crossing_note(struct crossing *c, struct str folder, const struct project *p)
{
	for (size_t i = 0; i < p->file_count; i++) {
		const struct project_file *f = &p->files[i];
		struct str target = f->source ? f->source->target : f->target;
		bool is_other = !str_eq(path_folder(f->path), p->folder);

		if (is_other)
			note_other(c, f->path);
		if (target.len)
			note_other(c, target);
		if (!f->source || f->source->is_env)
			continue;
		if (is_other || !(project_name_bit(path_name(f->path)) & PROJECT_COMPOSE_NAMES))
			note_file(c, folder, f->path, is_other);
	}
}

void
crossing_put_off(struct crossing *c, size_t index)
{
	(void)pthread_mutex_lock(&c->lock);
	MEM_GROW(c->put_off, c->put_off_count, c->put_off_cap);
	c->put_off[c->put_off_count++] = index;
	(void)pthread_mutex_unlock(&c->lock);
}

static int
by_number(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;

	return (x > y) - (x < y);
}

size_t
crossing_complete(struct crossing *c, const size_t **ret)
{
	if (c->put_off_count)
		qsort(c->put_off, c->put_off_count, sizeof *c->put_off, by_number);
	c->is_complete = true;
	*ret = c->put_off;
	return c->put_off_count;
}

bool
crossing_is_complete(const struct crossing *c)
{
	return c->is_complete;
}

bool
crossing_is_read(const struct crossing *c, struct str path)
{
	return dict_find(&c->others, path) != DICT_NONE;
}

struct str
crossing_reader(const struct crossing *c, struct str path, bool others)
{
	uint32_t i = dict_find(&c->paths, path);

	if (i == DICT_NONE)
		return (struct str)STR_INIT;
	return others ? c->readers[i].other : c->readers[i].any;
}
