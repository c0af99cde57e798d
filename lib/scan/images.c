/* images: the tags that an app builds, and who runs them.
 * SPDX-License-Identifier: MIT */
#include "scan/images.h"

#include "base/buf.h"
#include "base/dict.h"
#include "base/error.h"
#include "fleet/names.h"
#include "scan/apps.h"
#include "scan/secrets.h"
#include "system/file.h"

enum {
	DOCKERFILE_MAX = 1 << 20,
	LOOKS_MAX = 10000		/* services times tags of one app */
};

struct images {
	struct writer *w;
	int rootfd;
	struct dict built;		/* the tags that the app builds */
};

/* Whether TEXT names the image NAME, which has no tag: it stands there and is no part of a longer name. */
static bool
has_image(struct str text, struct str name)
{
	static const struct str letters =
	    STR_OF("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/");

	for (size_t at = 0; (at = str_search(text, at, name)) < text.len; at++) {
		bool begins = at == 0 || !str_has(letters, text.ptr[at - 1]) ||
		    (at > 1 && str_starts(str_sub(text, at - 2, 2), STR("//")));

		if (begins && (at + name.len == text.len || !str_has(letters, text.ptr[at + name.len])))
			return true;
	}
	return false;
}

/* The key of one of TEXTS that names the image NAME; empty: none does. */
static struct str
key_with(const struct project_texts *texts, struct str name)
{
	for (size_t i = 0; i < texts->count; i++)
		if (has_image(texts->items[i].value.text, name))
			return texts->items[i].key;
	return (struct str)STR_INIT;
}

static bool
is_in_dockerfile(const struct images *m, const struct project_service *s, struct str name)
{
	AUTO(buf) bytes = BUF_INIT;
	AUTO(error) err = ERROR_INIT;

	return has_image(s->dockerfile_inline, name) || (s->dockerfile.len > 0 &&
	    file_read(m->rootfd, s->dockerfile.ptr, DOCKERFILE_MAX, &bytes, &err) == FILE_READ &&
	    has_image(buf_str(&bytes), name));
}

/* Where S names the image NAME beside its own `image`; empty: nowhere. */
static struct str
place_in(const struct images *m, const struct project_service *s, struct str name)
{
	const struct { const char *where; const struct project_texts *texts; } all[] = {
		{ "build.args", &s->args }, { "build.additional_contexts", &s->contexts },
		{ "environment", &s->environment }, { "env_file", &s->given }, { "labels", &s->labels },
		{ "", &s->runs },
	};

	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct str key = key_with(all[i].texts, name);

		if (key.len)
			return arena_printf(m->w->arena, "services.%.*s.%s%s%.*s", STR_ARG(s->name),
			    all[i].where, *all[i].where ? "." : "", STR_ARG(key));
	}
	return s->build.len && is_in_dockerfile(m, s, name) ? s->dockerfile.len ? s->dockerfile
		: STR("dockerfile_inline") : (struct str)STR_INIT;
}

/* Where else the app names IMAGE, which it builds; empty: nowhere. */
static struct str
find_elsewhere(const struct images *m, struct str image)
{
	const struct project *p = m->w->project;
	struct str name = str_sub(image, 0, names_tag_at(image)), place = STR_INIT;

	if (m->built.count * p->service_count > LOOKS_MAX)
		return STR("more services than are looked through");
	for (size_t i = 0; i < p->service_count && !place.len; i++)
		place = place_in(m, &p->services[i], name);
	return place;
}

static void
write_image(struct writer *w, const struct project_service *s, struct str place)
{
	struct finding f = writer_finding(w, FINDING_IMAGE);
	struct str raw = s->image_source ? text_span(&s->image_source->text, s->image_site)
					 : (struct str)STR_INIT;

	f.service = s->name;
	f.value = secrets_hide_tag(w->arena, s->image.text);
	f.whole = secrets_hide_user(w->arena, s->build);
	f.elsewhere = s->image_elsewhere.len ? s->image_elsewhere : place;
	writer_decided(w, &f, s->image, str_eq(f.value, s->image.text));
	if (!str_eq(f.value, s->image.text))
		f.chain = (struct str)STR_INIT;
	if (s->image_source && secrets_may_show_image(raw, !str_eq(f.value, s->image.text)))
		f.site = writer_place(s->image_source, s->image_site, true);
	writer_write(w, &f);
}

void
images_write(struct writer *w, int rootfd)
{
	const struct project *p = w->project;
	struct images m = { w, rootfd, DICT_IN(w->arena) };
	struct str *elsewhere;

	for (size_t i = 0; i < p->service_count; i++)
		if (p->services[i].build.len && p->services[i].image.text.len)
			(void)dict_add(&m.built, names_of_tag(w->arena, p->services[i].image.text),
			    (uint32_t)m.built.count);
	elsewhere = arena_zero(w->arena, m.built.count + 1, sizeof *elsewhere);
	for (size_t i = 0; i < m.built.count && w->app->in_layout; i++)	/* only there a tag is changed */
		elsewhere[i] = find_elsewhere(&m, m.built.entries[i].key);
	for (size_t i = 0; i < p->service_count && m.built.count; i++) {
		uint32_t tag = dict_find(&m.built, names_of_tag(w->arena, p->services[i].image.text));

		if (tag != DICT_NONE && !secrets_decide(&w->secrets, p->services[i].image))
			write_image(w, &p->services[i], elsewhere[tag]);
	}
}
