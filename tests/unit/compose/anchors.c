/* anchors: what else an anchored text means, and what parts a claim from it.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

static const struct project_port *
port_of(const struct lab *lab, const char *service)
{
	return lab_service(lab->p, service)->ports;
}

/* The text of SOURCE at SPAN. */
static void
lab_at(const struct source *source, struct span span, const char *expected)
{
	lab_text(text_span(&source->text, span), expected);
}

static void
names_and_what_else_they_are(void **state)
{
	struct lab lab;
	const struct project_service *s;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "services:\n  &a web:\n    image: x\n    container_name: *a\n"
	    "  db: {image: x, container_name: &b 'd b1', hostname: *b}\n"
	    "  q: {image: x, container_name: &c qq, labels: {x: y}}\nx-c: [*c]\n");
	(void)lab_accepted(&lab);
	s = lab_service(lab.p, "web");
	lab_text(s->name_alias.elsewhere, "app/compose.yaml:2 the key services.web");
	lab_at(s->name_source, s->name_alias.at, "*a");
	lab_text(s->name_alias.text, "web");
	assert_int_equal(s->name_alias.heir.len, 0);
	s = lab_service(lab.p, "db");
	lab_text(s->name_alias.elsewhere, "app/compose.yaml:5 services.db.hostname");
	lab_at(s->name_source, s->name_alias.at, "&b 'd b1'");
	lab_at(s->name_source, s->name_alias.heir, "*b");
	lab_text(s->name_alias.text, "'d b1'");
	assert_int_equal(s->name_alias.site_at, 1);
	/* Compose makes nothing of an extension */
	assert_int_equal(lab_service(lab.p, "q")->name_alias.elsewhere.len, 0);
	lab_clear(&lab);
}

static void
ports_and_what_else_they_are(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "x-env: &env {PORT: &p \"5432\", SEEN: 'yes'}\nservices:\n"
	    "  a: {image: x, environment: *env, ports: [{target: 80, published: *p}]}\n"
	    "  b: {image: x, ports: [&m '81:80'], labels: {m: *m}}\n"
	    "  c: {image: x, ports: &l ['82:80']}\n  d: {image: x, ports: *l}\n"
	    "  e: {image: x, ports: [{target: &t 83, published: *t}]}\n");
	(void)lab_accepted(&lab);
	lab_text(port_of(&lab, "a")->alias.elsewhere, "app/compose.yaml:3 services.a.environment.PORT");
	lab_at(port_of(&lab, "a")->site_source, port_of(&lab, "a")->alias.at, "*p");
	lab_text(port_of(&lab, "a")->alias.text, "\"5432\"");
	lab_at(port_of(&lab, "b")->site_source, port_of(&lab, "b")->alias.at, "&m '81:80'");
	lab_at(port_of(&lab, "b")->site_source, port_of(&lab, "b")->alias.heir, "*m");
	/* several mappings are one kind of claim */
	assert_int_equal(port_of(&lab, "c")->alias.elsewhere.len, 0);
	assert_int_equal(port_of(&lab, "d")->alias.elsewhere.len, 0);
	lab_text(port_of(&lab, "e")->alias.elsewhere, "app/compose.yaml:7 services.e.ports[0].target");
	lab_at(port_of(&lab, "e")->site_source, port_of(&lab, "e")->alias.at, "*t");
	lab_clear(&lab);
}

static void
what_nothing_parts(void **state)
{
	struct lab lab;

	(void)state;
	/* by a merge; by a claim of another service that has the text too; with a tag */
	LAB_LAY(&lab, "compose.yaml",
	    "x-base: &base {image: x, container_name: &n web}\nservices:\n  a: {<<: *base, hostname: *n}\n"
	    "  b: {image: x, container_name: &o bb, hostname: *o}\n"
	    "  c: {image: x, container_name: *o, profiles: [off]}\n"
	    "  d: {image: x, container_name: &p !!str dd, hostname: *p}\n");
	(void)lab_accepted(&lab);
	lab_text(
	    lab_service(lab.p, "a")->name_alias.elsewhere, "app/compose.yaml:3 services.a.hostname");
	assert_int_equal(lab_service(lab.p, "a")->name_alias.at.len, 0);
	assert_int_equal(lab_service(lab.p, "b")->name_alias.at.len, 0);
	lab_at(lab_service(lab.p, "c")->name_source, lab_service(lab.p, "c")->name_alias.at, "*o");
	assert_int_equal(lab_service(lab.p, "d")->name_alias.at.len, 0);
	lab_clear(&lab);
}

static void
the_project_is_something_else(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", "name: &n shop\nservices: {a: {image: x, container_name: *n}}\n");
	(void)lab_accepted(&lab);
	assert_true(lab.p->name_elsewhere.len > 0);
	lab_text(lab_service(lab.p, "a")->name_alias.text, "shop");
	lab_clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(names_and_what_else_they_are),
		scratch_test(ports_and_what_else_they_are),
		scratch_test(what_nothing_parts),
		scratch_test(the_project_is_something_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
