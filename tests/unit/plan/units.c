/* units: which ports are one, and what may be edited to move them; parting: which of one text have to differ.
 * SPDX-License-Identifier: MIT */
#include "unit/plan/lab.h"

/* Gathers the units of ROWS and says each as FIRST-LAST@EDIT:ITEMS. */
static void
gathers(const char *rows, const char *want)
{
	static const char *const edits[] = { "none", "env", "place", "site", "alias" };
	LAB(lab);
	const struct units *u = lab_units(&lab, rows);
	AUTO(buf) b = BUF_INIT;

	for (size_t i = 0; i < u->count; i++)
		buf_printf(&b, "%u-%u@%s:%u ", u->items[i].low, u->items[i].low + u->items[i].width - 1,
		    edits[u->items[i].edit], u->items[i].count);
	assert_string_equal(b.ptr ? b.ptr : "", want);
	for (uint32_t i = 0; i < u->count; i++) {
		assert_true(u->items[i].app < lab.inventory.app_count);
		assert_true((u->items[i].why_not != NULL) == (u->items[i].edit == EDIT_NONE));
		for (uint32_t k = 0; k < u->items[i].count; k++)
			assert_int_equal(u->of[u->members[u->items[i].first + k]], i);
	}
}

/* One of the ports of a range, all of which stand at byte AT. */
#define RANGE(app, port, protocol, at) \
	LAB_OF("port", app, "") ",s,," port ",80," protocol ",literal,," app "/c," at ",9,5000-5001," \
	    app "/c," at ",9,5000-5001\n"
/* A mapping through VARIABLE of the .env, at byte AT of the compose file. */
#define FROM_ENV(app, service, variable, port, env, at) \
	LAB_OF("port", app, "") "," service ",," port ",80,tcp,env," variable "," env ",5,4," port "," \
	    app "/c," at ",7,${" variable "}\n"
#define USE(app, role, variable) \
	LAB_OF("use", app, role) ",s,,,,,," variable "," app "/d,900,4,${" variable "}\n"

static void
one_text_is_one_unit(void **state)
{
	(void)state;
	gathers(LAB_PORT("a", "s", "5000", "20") LAB_PORT("a", "t", "5000", "20"), "5000-5000@place:2 ");
	gathers(LAB_PORT("a", "s", "5000", "20") LAB_PORT("a", "t", "5001", "40"),
	    "5000-5000@place:1 5001-5001@place:1 ");
	gathers(RANGE("a", "5000", "tcp", "20") RANGE("a", "5001", "tcp", "20"), "5000-5001@place:2 ");
	/* in the order of the files, whatever decides them and whatever their numbers are */
	gathers(LAB_PORT("a", "s", "5001", "20") LAB_PORT("a", "s", "5000", "40"),
	    "5001-5001@place:1 5000-5000@place:1 ");
	gathers(LAB_PORT("a", "s", "5000", "20") LAB_DEFAULT("a", "t", "P", "5001", "4"),
	    "5000-5000@place:1 5001-5001@env:1 ");
	/* one text of two apps: each has a unit, which only one of them may edit */
	gathers(LAB_PORT_IN("a", "", "s", "", "5000", "tcp", "a/c", "20")
		LAB_PORT_IN("b", "", "s", "", "5000", "tcp", "a/c", "20"),
	    "5000-5000@place:1 5000-5000@none:1 ");
}

#define ON(ip, protocol, at) LAB_PORT_IN("a", "", "s", ip, "5000", protocol, "a/c", at)

static void
both_families_move_together(void **state)
{
	(void)state;
	gathers(ON("0.0.0.0", "tcp", "20") ON("::", "tcp", "40"), "5000-5000@place:2 ");
	gathers(ON("::", "tcp", "20") ON("::", "udp", "30") ON("0.0.0.0", "udp", "40")
		ON("0.0.0.0", "tcp", "50"), "5000-5000@place:4 ");
	/* neither two of one family, nor one address and all, nor one that is on both */
	gathers(ON("::", "tcp", "20") ON("::", "tcp", "40"), "5000-5000@place:1 5000-5000@place:1 ");
	gathers(ON("127.0.0.1", "tcp", "20") ON("::", "tcp", "40"), "5000-5000@place:1 5000-5000@place:1 ");
	gathers(ON("", "tcp", "20") ON("::", "tcp", "40"), "5000-5000@place:1 5000-5000@place:1 ");
}

static void
tcp_and_udp_move_together(void **state)
{
	(void)state;
	gathers(LAB_PORT_IN("a", "", "s", "", "5000", "tcp", "a/c", "20")
		LAB_PORT_IN("a", "", "s", "", "5000", "udp", "a/c", "40"), "5000-5000@place:2 ");
	/* neither two of one protocol, nor two services, nor two numbers, nor a range and one port */
	gathers(LAB_PORT("a", "s", "5000", "20") LAB_PORT("a", "s", "5000", "40"),
	    "5000-5000@place:1 5000-5000@place:1 ");
	gathers(LAB_PORT_IN("a", "", "s", "", "5000", "tcp", "a/c", "20")
		LAB_PORT_IN("a", "", "t", "", "5000", "udp", "a/c", "40"),
	    "5000-5000@place:1 5000-5000@place:1 ");
	gathers(LAB_PORT_IN("a", "", "s", "", "5000", "tcp", "a/c", "20")
		LAB_PORT_IN("a", "", "s", "", "5001", "udp", "a/c", "40"),
	    "5000-5000@place:1 5001-5001@place:1 ");
	gathers(RANGE("a", "5000", "tcp", "20") RANGE("a", "5001", "tcp", "20")
		LAB_PORT_IN("a", "", "s", "", "5000", "udp", "a/c", "40"),
	    "5000-5001@place:2 5000-5000@place:1 ");
	gathers(LAB_PORT_IN("a", "", "s", "10.0.0.1", "5000", "tcp", "a/c", "20")
		LAB_PORT_IN("a", "", "s", "10.0.0.2", "5000", "tcp", "a/c", "20")
		LAB_PORT_IN("a", "", "s", "", "5000", "udp", "a/c", "40"),
	    "5000-5000@place:2 5000-5000@place:1 ");
	gathers(RANGE("a", "5000", "tcp", "20") RANGE("a", "5001", "tcp", "20")
		RANGE("a", "5000", "udp", "40") RANGE("a", "5001", "udp", "40"), "5000-5001@place:4 ");
}

static void
a_variable_is_set_where_nothing_else_minds(void **state)
{
	(void)state;
	gathers(LAB_DEFAULT("a", "s", "P", "5000", "1"), "5000-5000@env:1 ");
	gathers(LAB_DEFAULT("a", "s", "P", "5000", "1") USE("a", "address", "P"), "5000-5000@env:1 ");
	gathers(LAB_DEFAULT("a", "s", "P", "5000", "1") USE("a", "name", "P"), "5000-5000@site:1 ");
	gathers(LAB_DEFAULT("a", "s", "P", "5000", "1") USE("a", "command", "P"), "5000-5000@site:1 ");
	gathers(LAB_DEFAULT("a", "s", "P", "5000", "1") USE("a", "host-port", "P"), "5000-5000@site:1 ");
	gathers(LAB_DEFAULT("a", "s", "P", "5000", "1") USE("a", "command", "Q"), "5000-5000@env:1 ");
}

static void
an_env_is_edited_where_it_is_the_apps_own(void **state)
{
	(void)state;
	gathers(LAB_FILE("a", "env", "a/.env") FROM_ENV("a", "s", "P", "5000", "a/.env", "20"),
	    "5000-5000@env:1 ");
	gathers(LAB_FILE("a", "env", "a/.env") FROM_ENV("a", "s", "P", "5000", "b/.env", "20"),
	    "5000-5000@site:1 ");
	/* two read it */
	gathers(LAB_FILE("a", "env", "a/.env") FROM_ENV("a", "s", "P", "5000", "a/.env", "20")
		LAB_FILE("b", "env", "a/.env"), "5000-5000@site:1 ");
	/* the number is a part of the value, which is edited in its place */
	gathers(LAB_FILE("a", "env", "a/.env") FROM_ENV("a", "s", "P", "5000", "a/.env", "20")
		LAB_OF("setting", "a", "env") ",,,,,,,P,a/.env,2,9,x:5000\n", "5000-5000@place:1 ");
}

static void
the_copy_of_an_example_counts(void **state)
{
	static const char rows[] = LAB_APP("a")
		LAB_FILE("a", "example", "a/.env.example")
		LAB_DEFAULT("a", "s", "P", "5000", "1")
		LAB_OF("setting", "a", "example") ",,,,,,,P,a/.env.example,2,4,7000,,,,,7000\n";

	(void)state;
	gathers(rows, "7000-7000@env:1 ");
}

/* --- parting --- */

static void
a_variable_with_two_defaults_becomes_literals(void **state)
{
	(void)state;
	gathers(LAB_DEFAULT("a", "s", "P", "5000", "1") LAB_DEFAULT("a", "s", "P", "5001", "3"),
	    "5000-5000@site:1 5001-5001@site:1 ");
	gathers(LAB_DEFAULT("a", "s", "P", "5000", "1") LAB_DEFAULT("a", "s", "Q", "5001", "3"),
	    "5000-5000@env:1 5001-5001@env:1 ");
}

static void
two_mappings_of_one_variable_that_clash_part(void **state)
{
	(void)state;
	/* the later gets a literal; one mapping that two services have stays one */
	gathers(LAB_DEFAULT("a", "s", "P", "5000", "1") LAB_DEFAULT("a", "t", "P", "5000", "3"),
	    "5000-5000@env:1 5000-5000@site:1 ");
	gathers(LAB_DEFAULT("a", "s", "P", "5000", "1") LAB_DEFAULT("a", "t", "P", "5000", "1"),
	    "5000-5000@env:2 ");
	/* and so does what does not clash */
	gathers(LAB_OF("port", "a", "") ",s,10.0.0.1,5000,80,tcp,default,P,a/c,12,4,5000,a/c,10,9,${P}\n"
		LAB_OF("port", "a", "") ",t,10.0.0.2,5000,80,tcp,default,P,a/c,32,4,5000,a/c,30,9,${P}\n",
	    "5000-5000@env:2 ");
}

/* SERVICE has the mapping at byte 20 through an alias at byte AT of FILE. */
#define ALIAS(service, file, at) \
	LAB_OF("port", "a", "") "," service ",,5000,80,tcp,literal,,a/c,20,4,5000,a/c,20,4,5000,,,," \
	    file "," at ",2,*x,'5000:80',1\n"

static void
an_alias_becomes_its_content(void **state)
{
	(void)state;
	gathers(LAB_PORT("a", "s", "5000", "20") ALIAS("t", "a/c", "80"),
	    "5000-5000@place:1 5000-5000@alias:1 ");
	gathers(ALIAS("s", "a/c", "60") ALIAS("t", "a/c", "80"), "5000-5000@place:1 5000-5000@alias:1 ");
	gathers(LAB_PORT("a", "s", "5000", "20") ALIAS("t", "b/c", "80"), "5000-5000@place:2 ");
	/* one alias of two services, of which one extends the other, stays */
	gathers(ALIAS("s", "a/c", "80") ALIAS("t", "a/c", "80"), "5000-5000@place:2 ");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_text_is_one_unit),
		cmocka_unit_test(both_families_move_together),
		cmocka_unit_test(tcp_and_udp_move_together),
		cmocka_unit_test(a_variable_is_set_where_nothing_else_minds),
		cmocka_unit_test(an_env_is_edited_where_it_is_the_apps_own),
		cmocka_unit_test(the_copy_of_an_example_counts),
		cmocka_unit_test(a_variable_with_two_defaults_becomes_literals),
		cmocka_unit_test(two_mappings_of_one_variable_that_clash_part),
		cmocka_unit_test(an_alias_becomes_its_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
