/* coming: texts of an app as they will be once the .env.example is copied to the .env that is missing.
 * SPDX-License-Identifier: MIT */
#include "scan/coming.h"

#include "base/path.h"

/* More than any host or port that stands in an address has, more pieces than it is made of, and more than the
 * texts that it stands in have: what is hostile grows no further. */
enum { VALUE_MAX = 255, VALUE_PIECES_MAX = 16, TEXT_PIECES_MAX = 1024 };

const struct env *
coming_settings(struct arena *a, const struct project *p)
{
	struct env *settings;

	if (!project_awaits_copy(p))
		return NULL;
	settings = arena_alloc(a, sizeof *settings);
	env_init(settings, a, NULL);
	for (size_t i = 0; i < p->setting_count; i++)
		if (str_eq(path_name(p->settings[i].source->path), STR(".env.example")))
			(void)env_set(settings, p->settings[i].key, p->settings[i].resolved);
	return settings;
}

/* The expansion of the piece P that SETTINGS give a value, *RET, of several the outermost; NULL: none. */
static const struct trace_step *
find_set(const struct env *settings, const struct trace_piece *p, struct trace *ret)
{
	const struct trace_step *found = NULL;
	struct trace value;

	for (const struct trace_step *step = p->step; step; step = step->outer)
		if (env_get(settings, step->variable, &value) && value.text.len) {
			found = step;
			*ret = value;
		}
	return found;
}

static bool
lacks_number(const struct env *settings, struct trace text)
{
	struct trace value;
	uint64_t number;

	for (size_t i = 0; i < text.count; i++)
		if (!text.pieces[i].len && find_set(settings, &text.pieces[i], &value) &&
		    str_to_uint(value.text, UINT16_MAX, &number))
			return true;
	return false;
}

/* Whether X and Y are one expansion, reached in one way. */
static bool
is_one(const struct trace_step *x, const struct trace_step *y)
{
	while (x && y && x->source == y->source && x->span.off == y->span.off &&
	    str_eq(x->variable, y->variable)) {
		x = x->outer;
		y = y->outer;
	}
	return !x && !y;
}

bool
coming_text(struct arena *a, const struct env *settings, struct trace text, struct trace *ret)
{
	struct trace_builder b = TRACE_BUILDER_INIT(a);
	const struct trace_step *last = NULL;

	if (text.count > TEXT_PIECES_MAX || !lacks_number(settings, text))
		return false;
	for (size_t i = 0; i < text.count; i++) {
		const struct trace_piece *p = &text.pieces[i];
		struct trace value = TRACE_INIT;
		const struct trace_step *step = find_set(settings, p, &value);

		if (value.text.len > VALUE_MAX || value.count > VALUE_PIECES_MAX)
			return false;
		if (!step)
			trace_add(&b, str_sub(text.text, p->at, p->len), *p);
		else if (!last || !is_one(step, last))	/* else more of a default that the value replaces */
			trace_add_trace(&b, value, step);
		last = step;
	}
	*ret = trace_finish(&b);
	return true;
}
