/* template: placeholders are filled in, and only they.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/error.h"
#include "new/template.h"

static struct template *
open_one(void)
{
	const struct template_values v = { .id.model = STR("Open_AI"),
		.id.app_num = 7,
		.backend = 5001,
		.frontend = 8001,
		.project = STR("Open-AI-app7") };
	AUTO(error) err = ERROR_INIT;
	struct template *t;

	assert_int_equal(template_open(&t, &v, &err), 0);
	return t;
}

static void
fills(const char *text, bool whole, const char *want)
{
	AUTO_PTR(template) t = open_one();
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;

	assert_int_equal(template_fill(t, str_from(text), whole, &b, &err), 0);
	buf_add_char(&b, '\0');
	assert_string_equal(b.ptr, want);
}

static void
known_keys_get_their_values(void **state)
{
	(void)state;
	fills("a={{PROJECT_NAME}} {{compose_project_name}}\n", true, "a=Open-AI-app7 open-ai-app7\n");
	fills("{{BACKEND_PORT}}{{backend_port|5000}}{{ Frontend_Port | 1}}", true, "500150018001");
	fills("{{app_num}}/{{APP_NUM|1}}/{{model}}", true, "7/7/Open_AI");
	fills("${A:-{{backend_port|5000}}}", true, "${A:-5001}");
	fills("{{{PROJECT_NAME}}", true, "{Open-AI-app7");
	fills("", true, "");
	fills("{{", true, "{{");
	fills("{{PROJECT_NAME}", true, "{{PROJECT_NAME}");
	fills("{{.Names}} {{json .State}}", true, "{{.Names}} {{json .State}}");
}

static void
other_keys_get_their_defaults(void **state)
{
	AUTO_PTR(template) t = open_one();
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;

	(void)state;
	fills("{{db_port| 5432 }} {{empty|}}.", true, "5432 .");
	assert_int_equal(template_fill(t, STR("a\n\nx={{other}}"), true, &b, &err), -1);
	assert_int_equal(err.line, 3);
	assert_int_equal(err.column, 3);
	assert_int_equal(template_fill(t, STR("{{other}}"), true, &b, &err), -1);
	assert_int_equal(err.line, 1);
	assert_int_equal(err.column, 1);
}

static void
other_files_keep_their_own_templates(void **state)
{
	(void)state;
	fills("{{ model }} {{title}} {{x|safe}} {{model}} {{PROJECT_NAME|y}}", false,
	    "{{ model }} {{title}} {{x|safe}} Open_AI Open-AI-app7");
	assert_true(template_is_whole(STR(".env")));
	assert_true(template_is_whole(STR(".env.example")));
	assert_true(template_is_whole(STR("docker-compose.override.yml")));
	assert_false(template_is_whole(STR("environment.ts")));
	assert_false(template_is_whole(STR("compose.md")));
}

static void
completes(const char *text, const char *want, size_t complaints)
{
	AUTO_PTR(template) t = open_one();
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;
	const struct str *lines;

	assert_int_equal(template_complete(t, ".env", str_from(text), &b, &err), 0);
	buf_add_char(&b, '\0');
	assert_string_equal(b.ptr, want);
	assert_int_equal(template_complaints(t, &lines), complaints);
}

static void
an_env_file_is_made_complete(void **state)
{
	AUTO_PTR(template) t = open_one();
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;

	(void)state;
	completes("",
	    "PROJECT_NAME=Open-AI-app7\nBACKEND_PORT=5001\nFRONTEND_PORT=8001\n"
	    "COMPOSE_PROJECT_NAME=open-ai-app7\n",
	    0);
	completes("export BACKEND_PORT=\"5001\"\r\nFRONTEND_PORT=1\r\nPROJECT_NAME=Open-AI-app7 # x",
	    "export BACKEND_PORT=\"5001\"\r\nFRONTEND_PORT=1\r\nPROJECT_NAME=Open-AI-app7 # x\r\n"
	    "COMPOSE_PROJECT_NAME=open-ai-app7\r\n", 1);
	assert_int_equal(template_complete(t, ".env", STR("X=\"open\n"), &b, &err), -1);
	assert_true(error_is_set(&err));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_keys_get_their_values),
		cmocka_unit_test(other_keys_get_their_defaults),
		cmocka_unit_test(other_files_keep_their_own_templates),
		cmocka_unit_test(an_env_file_is_made_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
