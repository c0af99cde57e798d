/* fuzz: any bytes as a .env file.
 * SPDX-License-Identifier: MIT */
#include "check.h"

#include "syntax/dotenv.h"
#include "syntax/env.h"
#include "base/error.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const environ[] = { "OUT=x$A", "EMPTY=", NULL };
	struct source source = { .path = STR("app/.env"), .text = TEXT_INIT, .is_env = true };
	AUTO(arena) a = ARENA_INIT;
	AUTO(error) err = ERROR_INIT;
	static struct interpolation *ip;	/* kept from run to run: patterns take long to compile */
	static struct dotenv_reader *reader;
	struct env process, env;
	struct dotenv file;

	if (size > 1024)	/* a longer one doubles itself to the limit, and takes its time */
		return 0;
	if (!ip && (interpolation_open(&ip, &err) < 0 || dotenv_reader_open(&reader, ip, &err) < 0))
		abort();
	interpolation_reset(ip, &a);
	text_copy(&source.text, (struct str){ (const char *)data, size });
	env_init(&process, &a, NULL);
	env_init(&env, &a, &process);
	env_set_environ(&process, environ);
	dotenv_read(reader, &source, &env, &file);
	for (size_t i = 0; i < file.count; i++) {
		const struct dotenv_statement *s = &file.statements[i];
		size_t bom = text_bom(&source.text);

		CHECK(s->key.ptr >= source.text.ptr + s->offset && (s->offset == bom ||
		    source.text.ptr[s->offset - 1] == '\n'));
		CHECK(s->key.ptr + s->key.len <= source.text.ptr + source.text.len);
		(void)text_span(&source.text, s->value);
		CHECK(i == 0 || s->key.ptr >= s[-1].key.ptr);
		check_cuts(&a, s->resolved);
	}
	for (size_t i = 0; i < file.expansions.count; i++)
		if (file.expansions.items[i].source)
			(void)text_span(&source.text, file.expansions.items[i].span);
	text_release(&source.text);
	return 0;
}
