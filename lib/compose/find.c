/* find: which compose files an app has.
 * SPDX-License-Identifier: MIT */
#include "compose/internal.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"

enum { NAMES = 4 };	/* of each kind, the one that Compose prefers first */

static const char *const base_names[NAMES] = { "compose.yaml", "compose.yml", "docker-compose.yml",
	"docker-compose.yaml" };
static const char *const override_names[NAMES] = { "compose.override.yml", "compose.override.yaml",
	"docker-compose.override.yml", "docker-compose.override.yaml" };

/* What people call the file that a .env is to be made of, beside .env.example. */
static const char *const example_names[] = { ".env.sample", ".env.template", ".env.dist", ".env.default",
	".env.defaults", ".env.tmpl", ".env-example", ".env-sample", ".env-template", ".env-dist",
	".env_example", ".env_sample", "env.example", "env.sample", "env.template", "env.dist", "env-example",
	"example.env", "sample.env", "template.env", "default.env" };

enum { EXAMPLES = sizeof example_names / sizeof *example_names, FIRST_EXAMPLE = 2 * NAMES };

const char *
find_example(unsigned names, unsigned *at)
{
	while (*at < EXAMPLES && !(names & 1u << (FIRST_EXAMPLE + *at)))
		++*at;
	return *at < EXAMPLES ? example_names[(*at)++] : NULL;
}

/* Whether NAME, which is none of Compose's own, is one that people give a compose file which they run with
 * -f: `compose.prod.yml`, `docker-compose-dev.yaml`. One that is to be copied is none. */
static bool
is_loose(struct str name)
{
	static const char *const to_be_copied[] = { "example", "sample", "template", "dist" };
	size_t start = str_starts(name, STR("docker-compose")) ? 14
	    : str_starts(name, STR("compose"))                 ? 7
							       : 0;

	if (!start || name.len <= start + 5 || !memchr(".-_", name.ptr[start], 3) ||
	    !(str_ends(name, STR(".yml")) || str_ends(name, STR(".yaml"))))
		return false;
	for (size_t i = 0; i < sizeof to_be_copied / sizeof *to_be_copied; i++)
		if (str_search(name, start, str_from(to_be_copied[i])) < name.len)
			return false;
	return true;
}

static unsigned
example_bit(struct str name)
{
	for (unsigned i = 0; i < EXAMPLES; i++)
		if (str_eq(name, str_from(example_names[i])))
			return 1u << (FIRST_EXAMPLE + i);
	return 0;
}

unsigned
project_name_bit(struct str name)
{
	/* Every entry of every folder of a fleet is asked about: most are told apart by a letter. */
	if (name.len == 4 && str_eq(name, STR(".env")))
		return PROJECT_ENV_NAME;
	if (name.len < 8 || !memchr(".cdest", name.ptr[0], 6))
		return 0;
	if (name.ptr[0] != 'c' && name.ptr[0] != 'd')
		return example_bit(name);
	for (unsigned i = 0; i < NAMES; i++) {
		if (str_eq(name, str_from(base_names[i])))
			return 1u << i;
		if (str_eq(name, str_from(override_names[i])))
			return 1u << (NAMES + i);
	}
	return is_loose(name) ? PROJECT_LOOSE_NAME : name.ptr[0] == 'd' ? example_bit(name) : 0;
}

static bool
exists(const struct load *l, const char *name)
{
	if (l->names != PROJECT_NAMES_UNKNOWN)
		return l->names & project_name_bit(str_from(name));
	return faccessat(l->reader->rootfd,
		   path_resolve(l->arena, l->project->folder, str_from(name)).ptr, F_OK, 0) == 0;
}

/* The one of NAMES that Compose takes of those in the app's folder; NULL where none is there. */
static const char *
first_of(struct load *l, const char *const names[NAMES])
{
	const char *best = NULL;

	for (size_t i = 0; i < NAMES; i++) {
		if (!exists(l, names[i]))
			continue;
		if (best)
			load_warning(l, NULL, "both %s and %s are here; Compose reads the first alone", best,
			    names[i]);
		else
			best = names[i];
	}
	return best;
}

static void
add_path(struct load *l, struct found_files *files, struct str name)
{
	ARENA_GROW(l->arena, files->paths, files->count, files->cap);
	files->paths[files->count++] = path_resolve(l->arena, l->project->folder, name);
}

/* The paths of LIST, which is COMPOSE_FILE, parted as Compose parts them. */
static void
add_listed(struct load *l, const struct env *env, struct str list, struct found_files *files)
{
	struct str separator = STR(":");
	struct trace value;

	if (env_get(env, STR("COMPOSE_PATH_SEPARATOR"), &value) && value.text.len > 0)
		separator = value.text;
	for (size_t at = 0, end; at <= list.len; at = end + separator.len) {
		end = str_search(list, at, separator);
		add_path(l, files, str_sub(list, at, end - at));
		if (end == list.len)
			break;
	}
}

struct found_files
find_files(struct load *l, const struct env *env)
{
	struct found_files files = { .paths = NULL };
	struct trace value;
	const char *base, *over;

	if (env_get(env, STR("COMPOSE_FILE"), &value)) {
		add_listed(l, env, value.text, &files);
		if (value.count && value.pieces[0].source)
			files.said = (struct node){ .source = value.pieces[0].source, .has_span = true,
				.start = value.pieces[0].raw.off, .end = value.pieces[0].raw.off };
		return files;
	}
	base = first_of(l, base_names);
	if (!base) {
		load_problem(l, NULL, "no compose file here");
		return files;
	}
	add_path(l, &files, str_from(base));
	over = first_of(l, override_names);
	if (over)
		add_path(l, &files, str_from(over));
	else
		files.absent = path_resolve(l->arena, l->project->folder, *base == 'd'
		    ? STR("docker-compose.override.yml") : STR("compose.override.yaml"));
	return files;
}

/* --- a folder that has no compose file by name --- */

/* The value of KEY in the .env TEXT, as the last line that sets it has it: without quotes, and without a
 * comment behind it; empty: none does. */
static struct str
value_of(struct str text, struct str key)
{
	struct str value = STR_INIT;

	for (size_t at = 0, end; at < text.len; at = end + 1) {
		struct str line;

		end = str_find(text, at, '\n');
		line = str_trim(str_sub(text, at, end - at));
		if (str_starts(line, STR("export ")))
			line = str_trim(str_sub(line, 7, line.len));
		if (!str_starts(line, key))
			continue;
		line = str_trim(str_sub(line, key.len, line.len));
		if (line.len == 0 || (line.ptr[0] != '=' && line.ptr[0] != ':'))
			continue;
		value = str_trim(str_sub(line, 1, line.len));
		if (value.len > 1 && (value.ptr[0] == '"' || value.ptr[0] == '\''))
			value = str_sub(value, 1, str_find(value, 1, value.ptr[0]) - 1);
		else
			value = str_trim(str_sub(value, 0, str_search(value, 0, STR(" #"))));
	}
	return value;
}

int
project_named_by_env(int fd)
{
	AUTO(buf) text = BUF_INIT;
	AUTO(error) ignored = ERROR_INIT;	/* what cannot be read names nothing */
	AUTO(arena) scratch = ARENA_INIT;
	struct str list, separator;

	if (file_read(fd, ".env", TEXT_MAX, &text, &ignored) != FILE_READ)
		return 0;
	list = value_of(buf_str(&text), STR("COMPOSE_FILE"));
	separator = value_of(buf_str(&text), STR("COMPOSE_PATH_SEPARATOR"));
	if (separator.len == 0)
		separator = STR(":");
	if (list.len == 0 || str_has_nul(list))
		return 0;
	/* one whose first name is made of variables is taken at its word: reading it tells */
	if (str_find(list, 0, '$') < str_search(list, 0, separator))
		return 1;
	for (size_t at = 0, end; at <= list.len; at = end + separator.len) {
		struct str name;

		end = str_search(list, at, separator);
		name = arena_dup(&scratch, str_sub(list, at, end - at));
		if (name.len && faccessat(fd, name.ptr, F_OK, 0) == 0)
			return 1;
	}
	return -1;
}
