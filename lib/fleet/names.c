/* names: project and container names.
 * SPDX-License-Identifier: MIT */
#include "fleet/names.h"

#include "base/path.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_alnum(char c)
{
	return is_digit(c) || (str_lower(c) >= 'a' && str_lower(c) <= 'z');
}

struct str
names_lower(struct arena *a, struct str name)
{
	char *to = arena_alloc(a, name.len + 1);

	for (size_t i = 0; i < name.len; i++)
		to[i] = str_lower(name.ptr[i]);
	to[name.len] = '\0';
	return (struct str){ to, name.len };
}

/* S with what is neither a letter nor a digit nor in ALSO made `-`; nothing but letters and digits in
 * front. */
static struct str
fold(struct arena *a, struct str s, char also)
{
	char *to = arena_alloc(a, s.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++)
		if (len > 0 || is_alnum(s.ptr[i]))
			to[len++] = is_alnum(s.ptr[i]) || (also && s.ptr[i] == also) ? s.ptr[i] : '-';
	to[len] = '\0';
	return (struct str){ to, len };
}

struct str
names_of_model(struct arena *a, struct identity id)
{
	struct str folded = fold(a, id.model, 0);

	return arena_printf(
	    a, "%.*s%sapp%llu", STR_ARG(folded), folded.len ? "-" : "", (unsigned long long)id.app_num);
}

struct str
names_of_path(struct arena *a, struct str path)
{
	struct str folded = names_lower(a, fold(a, path, '_'));

	return folded.len ? folded : STR("app");
}

/* The next service of M. */
static bool
next_service(struct names_made *m)
{
	struct str item;
	size_t at = 0, colon;
	uint64_t count = 1;

	if (!str_next_part(m->rest, ',', &at, &item))
		return false;
	m->rest = str_sub(m->rest, at, m->rest.len);
	colon = str_find(item, 0, ':');
	if (colon < item.len && !str_to_uint(str_sub(item, colon + 1, item.len), NAMES_REPLICAS_MAX, &count))
		count = NAMES_REPLICAS_MAX;
	m->service = str_sub(item, 0, colon);
	m->replicas = (unsigned)count;
	m->number = 0;
	return true;
}

bool
names_made_next(struct names_made *m)
{
	while (m->number >= m->replicas)
		if (!next_service(m))
			return false;
	m->number++;
	return true;
}

struct str
names_of_container(struct arena *a, struct str project, const struct names_made *made)
{
	return arena_printf(a, "%.*s-%.*s-%u", STR_ARG(project), STR_ARG(made->service), made->number);
}

bool
names_is_made(struct str name, struct str project, struct str list, struct names_made *ret)
{
	struct str behind, number;
	uint64_t got;

	*ret = (struct names_made)NAMES_MADE_INIT(list);
	while (str_starts(name, project) && next_service(ret)) {
		behind = str_sub(name, project.len, name.len);
		number = str_sub(behind, ret->service.len + 2, behind.len);
		if (behind.len < ret->service.len + 3 || behind.ptr[0] != '-' ||
		    behind.ptr[ret->service.len + 1] != '-' ||
		    !str_eq(str_sub(behind, 1, ret->service.len), ret->service) || number.ptr[0] == '0' ||
		    !str_to_uint(number, ret->replicas, &got))
			continue;
		ret->number = (unsigned)got;
		return true;
	}
	return false;
}

/* Behind the last `/` of IMAGE. */
static size_t
last_part(struct str image)
{
	return image.len - path_name(image).len;
}

size_t
names_tag_at(struct str image)
{
	size_t at = str_find(image, 0, '@'), colon = str_find(image, last_part(str_sub(image, 0, at)), ':');

	return colon < at ? colon : at;
}

struct str
names_of_tag(struct arena *a, struct str image)
{
	static const struct str hubs[] = { STR_OF("docker.io/"), STR_OF("index.docker.io/"),
		STR_OF("library/") };

	for (size_t i = 0; i < sizeof hubs / sizeof *hubs; i++)
		if (str_starts(image, hubs[i]))
			image = str_sub(image, hubs[i].len, image.len);
	return names_tag_at(image) < image.len ? image : arena_cat(a, image, STR(":latest"));
}

/* S as a part of an image's name: small letters and digits, with one `.`, `_` or `-` at most between them. */
static struct str
image_part(struct arena *a, struct str s)
{
	char *to = arena_alloc(a, s.len + 1);
	size_t len = 0;

	for (size_t i = 0; i < s.len; i++) {
		bool fits = is_alnum(s.ptr[i]), parts = len > 0 && is_alnum(to[len - 1]);

		if (fits || parts)
			to[len++] = fits || str_has(STR("._-"), s.ptr[i]) ? str_lower(s.ptr[i]) : '-';
	}
	while (len > 0 && !is_alnum(to[len - 1]))
		len--;
	to[len] = '\0';
	return (struct str){ to, len };
}

struct str
names_of_image(struct arena *a, struct str image, struct str project, struct str service)
{
	struct str first = image_part(a, project), second = image_part(a, service);

	return arena_printf(a, "%.*s%.*s%s%.*s", (int)last_part(image), image.ptr, STR_ARG(first),
	    first.len && second.len ? "_" : "", STR_ARG(second));
}

bool
names_is_container(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_alnum(s.ptr[i]) &&
		    (i == 0 || (s.ptr[i] != '-' && s.ptr[i] != '_' && s.ptr[i] != '.')))
			return false;
	return s.len > 1;
}

uint32_t
names_owner(const struct names *n, struct str name)
{
	return dict_find(&n->owners, name);
}

bool
names_take(struct names *n, struct str name, uint32_t owner)
{
	return dict_add_copy(&n->owners, &n->arena, name, owner) == owner;
}

struct str
names_take_unique(struct names *n, struct arena *a, struct str base, uint32_t owner)
{
	struct str name = base;

	for (unsigned i = 2; !names_take(n, name, owner); i++)
		name = arena_printf(a, "%.*s-%u", STR_ARG(base), i);
	return name;
}

void
names_release(struct names *n)
{
	dict_release(&n->owners);
	arena_release(&n->arena);
	*n = (struct names)NAMES_INIT;
}

bool
names_is_port_key(struct str key)
{
	for (size_t at = 0, end; at < key.len; at = end + 1) {
		struct str word;

		end = str_find(key, at, '_');
		word = str_sub(key, at, end - at);
		while (word.len && word.ptr[word.len - 1] >= '0' && word.ptr[word.len - 1] <= '9')
			word.len--;
		if (str_eq_fold(word, STR("port")))
			return true;
	}
	return false;
}

/* Whether WORD, in capitals or not, stands in KEY at AT. */
static bool
stands_at(struct str key, size_t at, struct str word)
{
	return key.len - at >= word.len && str_eq_fold(str_sub(key, at, word.len), word);
}

bool
names_is_path_key(struct str keypath)
{
	static const struct str within[] = { STR_OF(".volumes["), STR_OF(".env_file"), STR_OF(".label_file"),
		STR_OF(".build.context"), STR_OF(".build.dockerfile"), STR_OF(".build.additional_contexts"),
		STR_OF(".driver_opts.device"), STR_OF(".develop.watch[") };
	static const struct str ends[] = { STR_OF(".build"), STR_OF(".file") };

	for (size_t i = 0; i < sizeof within / sizeof *within; i++)
		if (str_search(keypath, 0, within[i]) < keypath.len)
			return true;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (str_ends(keypath, ends[i]))
			return true;
	return str_starts(keypath, STR("include["));
}

bool
names_is_secret_key(struct str key)
{
	static const struct str words[] = { STR_OF("pass"), STR_OF("passphrase"), STR_OF("pwd"),
		STR_OF("pw"), STR_OF("token"), STR_OF("tokens"), STR_OF("key"), STR_OF("keys"),
		STR_OF("apikey"), STR_OF("credential"), STR_OF("credentials"), STR_OF("creds"),
		STR_OF("salt"), STR_OF("pepper"), STR_OF("private"), STR_OF("signature") };
	struct str word;

	for (size_t i = 0; i < key.len; i++) {
		char first = (char)(key.ptr[i] | 0x20);	/* of a letter: the small one */

		if (first == 'p' ? stands_at(key, i, STR("password")) || stands_at(key, i, STR("passwd"))
				 : first == 's' && stands_at(key, i, STR("secret")))
			return true;
	}
	for (size_t at = 0; str_next_part(key, '_', &at, &word); )
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (word.len == words[i].len && str_eq_fold(word, words[i]))
				return true;
	return false;
}

/* Behind the number of four digits at most that stands in S at AT; AT where none does. */
static size_t
skip_number(struct str s, size_t at)
{
	size_t end = str_skip(s, at, STR("0123456789"));

	return end - at <= 4 ? end : at;
}

bool
names_is_common_tag(struct str tag)
{
	static const char *const words[] = { "latest", "stable", "edge", "nightly", "main", "master", "dev",
		"develop", "development", "test", "staging", "prod", "production", "local", "alpine",
		"slim", NULL };
	size_t from = str_starts(tag, STR("v")) ? 1 : 0, at = skip_number(tag, from);

	if (str_is_one_of(tag, words))
		return true;
	while (at > from && at < tag.len) {	/* a number, a word, or after a dash both */
		bool may_be_both = tag.ptr[at] == '-';
		size_t word;

		if (!str_has(STR(".-"), tag.ptr[at]))
			return false;
		from = at + 1;
		word = str_skip(tag, from, STR("abcdefghijklmnopqrstuvwxyz"));
		at = word == from || may_be_both ? skip_number(tag, word) : word;
	}
	return at > from;
}
