/* fuzz: any bytes as a template; those before the first newline are the value of A.
 * SPDX-License-Identifier: MIT */
#include "check.h"

#include "syntax/env.h"
#include "base/error.h"
#include "syntax/interpolation.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source source = { .path = STR("app/compose.yaml"), .text = TEXT_INIT };
	AUTO(arena) a = ARENA_INIT;
	AUTO(error) err = ERROR_INIT;
	static struct interpolation *ip;	/* kept from run to run: patterns take long to compile */
	struct expansions used = EXPANSIONS_INIT;
	struct trace value, template, got, again;
	struct env env;
	struct str text;
	struct span found = { 0, 0 };
	size_t split;

	if (size > 512)	/* a longer one doubles itself to the limit, and takes its time */
		return 0;
	if (!ip && interpolation_open(&ip, &err) < 0)
		abort();
	interpolation_reset(ip, &a);
	text_copy(&source.text, (struct str){ (const char *)data, size });
	text = text_str(&source.text);
	split = str_find(text, 0, '\n');
	value = trace_literal(&a, str_sub(text, 0, split), &source, (struct span){ 0, split });
	if (split < text.len)
		split++;
	template = trace_literal(&a, str_sub(text, split, text.len), &source,
	    (struct span){ split, text.len - split });
	env_init(&env, &a, NULL);
	(void)env_set(&env, STR("A"), value);
	(void)env_set(&env, STR("E"), trace_none((struct str)STR_INIT));
	if (interpolate(ip, template, &env, &used, &got, &err) == 0) {
		check_cuts(&a, got);
		(void)env_set(&env, STR("A"), got);
		if (got.text.len < 4096 && got.count < 256 &&
		    interpolate(ip, template, &env, &used, &again, &err) == 0)
			check_cuts(&a, again);
	}
	for (size_t i = 0; i < used.count; i++) {
		(void)text_span(&source.text, used.items[i].span);
		check_trace(used.items[i].fallback);
	}
	for (size_t at = 0; interpolation_find(ip, text, at, &found); at = span_end(found))
		CHECK(found.off >= at && found.len > 1 && span_end(found) <= text.len &&
		    text.ptr[found.off] == '$');
	text_release(&source.text);
	return 0;
}
