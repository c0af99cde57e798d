/* address: where a port says its address stands, another one can be put, and nothing else is changed by it.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

/* What may stand above a service: an anchor of each kind. */
static const char head[] = "x-m: &m '8080:80'\n"
			   "x-i: &i 10.0.0.1\n"
			   "x-n: &n 8080\n"
			   "x-l: &l {target: 80, published: '8080'}\n"
			   "services:\n"
			   "  a:\n"
			   "    image: x\n";

/* Puts 127.0.0.1 where the address of the only port of the service a stands, or would. */
static void
put_address(const struct project_address *a)
{
	AUTO(buf) text = BUF_INIT;

	buf_add_str(&text, a->before);
	buf_add_str(&text, STR("127.0.0.1"));
	buf_add_str(&text, a->form == PROJECT_ADDRESS_LINE ? STR("\n") : a->behind);
	lab_replace(a->source->path, a->span, text.ptr);
}

/* The placeholder that gives address A and nothing else is TEXT; empty: none does. */
static void
expands(const struct project_address *a, const char *text)
{
	lab_text(a->expansion.len ? text_span(&a->expansion_source->text, a->expansion) : STR(""), text);
}

/* PORTS, the lines of the service's key: the address stands as FORM says, and when another one is put there
 * the lines of the file FILE from `ports` on are AFTER. */
static void
bound(const char *ports, const char *env, enum project_address_form form, const char *file, const char *after)
{
	struct lab lab;
	struct project_port before, now;
	AUTO(buf) text = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	char path[PATH_MAX];

	buf_printf(&text, "%s%s", head, ports);
	LAB_LAY(&lab, "compose.yaml", text.ptr, ".env", env);
	assert_int_equal(lab_service(lab_accepted(&lab), "a")->port_count, 1);
	before = *lab_service(lab.p, "a")->ports;
	if (before.address.form != form)
		fail_msg("%s: another form", ports);
	if (form != PROJECT_ADDRESS_NOWHERE) {
		const struct port_range port = { before.host_port.low, before.host_port.high, STR_INIT };

		put_address(&before.address);
		now = *lab_service(lab_accepted(&lab), "a")->ports;
		lab_text(now.host_ip, "127.0.0.1");
		assert_true(port_range_eq(now.host_port, port));
		lab_text(now.container_port, "80");
		(void)snprintf(path, sizeof path, "app/%s", file);
		buf_clear(&text);
		assert_int_equal(file_read(AT_FDCWD, path, TEXT_MAX, &text, &err), FILE_READ);
		lab_text(str_sub(buf_str(&text), strcmp(file, ".env") == 0 ? 0 : sizeof head - 1, text.len),
		    after);
	}
	lab_clear(&lab);
}

static void
in_a_short_form(void **state)
{
	static const struct {
		const char *ports, *env, *file, *after;
	} cases[] = {
		{ "    ports: [80]\n", "", "compose.yaml", "    ports: [127.0.0.1::80]\n" },
		{ "    ports: ['80']\n", "", "compose.yaml", "    ports: ['127.0.0.1::80']\n" },
		{ "    ports: ['8080:80']\n", "", "compose.yaml", "    ports: ['127.0.0.1:8080:80']\n" },
		{ "    ports:\n      - 8080:80\n", "", "compose.yaml",
		    "    ports:\n      - 127.0.0.1:8080:80\n" },
		{ "    ports: [':8080:80']\n", "", "compose.yaml", "    ports: ['127.0.0.1:8080:80']\n" },
		{ "    ports: ['${P}:80']\n", "P=8080\n", "compose.yaml",
		    "    ports: ['127.0.0.1:${P}:80']\n" },
		{ "    ports: ['10.0.0.1:8080:80']\n", "", "compose.yaml",
		    "    ports: ['127.0.0.1:8080:80']\n" },
		{ "    ports: ['[::1]:8080:80']\n", "", "compose.yaml",
		    "    ports: ['127.0.0.1:8080:80']\n" },
		{ "    ports: ['${A}:8080:80']\n", "A=10.0.0.1\n", ".env", "A=127.0.0.1\n" },
		{ "    ports: ['${A:-10.0.0.1}:8080:80']\n", "", "compose.yaml",
		    "    ports: ['${A:-127.0.0.1}:8080:80']\n" },
		{ "    ports: ['${M}']\n", "M=10.0.0.1:8080:80\n", ".env", "M=127.0.0.1:8080:80\n" },
		{ "    ports: ['${A:-10.0.0.1:}8080:80']\n", "", "compose.yaml",
		    "    ports: ['${A:-127.0.0.1:}8080:80']\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		bound(cases[i].ports, cases[i].env, PROJECT_ADDRESS_SHORT, cases[i].file, cases[i].after);
}

static void
in_a_placeholder_alone(void **state)
{
	static const struct {
		const char *ports, *env, *expansion;
	} cases[] = {
		{ "    ports: ['${A}:8080:80']\n", "A=10.0.0.1\n", "${A}" },
		{ "    ports: ['${A:-10.0.0.1}:8080:80']\n", "", "${A:-10.0.0.1}" },
		{ "    ports: ['${A:-${B:-10.0.0.1}}:8080:80']\n", "", "${A:-${B:-10.0.0.1}}" },
		{ "    ports: [{target: 80, published: 8080, host_ip: '$A'}]\n", "A=10.0.0.1\n", "$A" },
		{ "    ports: ['10.0.0.1:8080:80']\n", "", "" },
		{ "    ports: ['${M}']\n", "M=10.0.0.1:8080:80\n", "" },
		{ "    ports: ['${A:-10.0.0.1:}8080:80']\n", "", "" },
		{ "    ports: ['${A}${C}8080:80']\n", "A=10.0.0.1\nC=:\n", "" },
		{ "    ports: [{target: 80, published: 8080, host_ip: '$A$B'}]\n", "A=10.0.0.1\nB=\n", "" },
		{ "    ports: [{target: 80, published: 8080, host_ip: '$B$A'}]\n", "A=10.0.0.1\nB=\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct lab lab;
		AUTO(buf) text = BUF_INIT;

		buf_printf(&text, "%s%s", head, cases[i].ports);
		LAB_LAY(&lab, "compose.yaml", text.ptr, ".env", cases[i].env);
		expands(&lab_service(lab_accepted(&lab), "a")->ports->address, cases[i].expansion);
		lab_clear(&lab);
	}
}

static void
in_a_long_form(void **state)
{
	(void)state;
	bound("    ports: [{target: 80, published: '8080', host_ip: 10.0.0.1}]\n", "", PROJECT_ADDRESS_LONG,
	    "compose.yaml", "    ports: [{target: 80, published: '8080', host_ip: 127.0.0.1}]\n");
	bound("    ports: [{target: 80, published: '8080', host_ip: '$A'}]\n", "A=10.0.0.1\n",
	    PROJECT_ADDRESS_LONG, ".env", "A=127.0.0.1\n");
	bound("    ports: [{target: 80, published: '8080'}]\n", "", PROJECT_ADDRESS_LONG, "compose.yaml",
	    "    ports: [{target: 80, host_ip: 127.0.0.1, published: '8080'}]\n");
	bound("    ports: [{target: 80, published: '8080', <<: {host_ip: 10.0.0.1}}]\n", "",
	    PROJECT_ADDRESS_LONG, "compose.yaml",
	    "    ports: [{target: 80, published: '8080', <<: {host_ip: 127.0.0.1}}]\n");
	bound("    ports: [{target: 80}]\n", "", PROJECT_ADDRESS_LONG, "compose.yaml",
	    "    ports: [{host_ip: 127.0.0.1, target: 80}]\n");
	bound("    ports:\n      - protocol: tcp\n        target: 80\n        published: '8080'\n", "",
	    PROJECT_ADDRESS_LINE, "compose.yaml",
	    "    ports:\n      - protocol: tcp\n        target: 80\n        host_ip: 127.0.0.1\n"
	    "        published: '8080'\n");
}

/* Of these no one text is the address, or one that means more than that. */
static void
nowhere(void **state)
{
	static const char *const cases[] = {
		"    ports: [*m]\n    hostname: *m\n",
		"    ports: [*l]\n",
		"    ports: [{<<: *l, protocol: tcp}]\n",
		"    ports: [!!str 8080:80]\n",
		"    ports: [0o120]\n",
		"    ports: ['${A-10.0}.0.1:8080:80']\n",
		"    ports:\n      - >-\n        8080:80\n",
		"    ports: [{target: 80, published: '8080', host_ip: *i}]\n    hostname: *i\n",
		"    ports: [{target: 80, published: '8080', host_ip: !!str 10.0.0.1}]\n",
		"    ports: [{target: 80, published: '8080', host_ip: '${A-10.0}.0.1'}]\n",
		"    ports:\n      - ? target\n        : 80\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		bound(cases[i], "", PROJECT_ADDRESS_NOWHERE, NULL, NULL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(in_a_short_form),
		scratch_test(in_a_long_form),
		scratch_test(in_a_placeholder_alone),
		scratch_test(nowhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
