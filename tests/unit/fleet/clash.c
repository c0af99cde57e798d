/* clash: each of the kinds, with both sides, and what looks like one but is none.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fleet/clash.h"
#include "base/error.h"

struct list {
	struct clash *items;
	size_t count, cap;
	struct arena arena;
};

struct fleet {
	struct inventory v;
	struct list list;
	size_t offset;
};

static void
add(struct fleet *f, struct finding x)
{
	AUTO(error) err = ERROR_INIT;

	x.id.model = x.app;
	x.id.app_num = 1;
	if (!x.place.file.len)
		x.place = (struct place){ true, x.app, 1, 1, { ++f->offset * 10, 4 }, STR_INIT };
	assert_int_equal(inventory_add(&f->v, &x, &err), 0);
}

static void
port(struct fleet *f, const char *app, const char *service, const char *ip, const char *number,
    const char *protocol, const char *profile)
{
	add(f,
	    (struct finding){ .record = FINDING_PORT,
		.app = str_from(app),
		.service = str_from(service),
		.host_ip = str_from(ip),
		.host_port = port_range_of(str_from(number)),
		.protocol = str_from(protocol),
		.profile = str_from(profile) });
}

static int
keep(void *context, const struct clash *c, struct error *err)
{
	struct list *list = context;
	struct clash copy = *c;

	(void)err;
	copy.what = arena_dup(&list->arena, c->what);
	copy.detail = arena_dup(&list->arena, c->detail);
	MEM_GROW(list->items, list->count, list->cap);
	list->items[list->count++] = copy;
	return 0;
}

static size_t
find(struct fleet *f, const struct clash_options *o)
{
	inventory_settle(&f->v);
	assert_int_equal(clash_find(&(struct clash_view){ .inventory = &f->v }, o, keep, &f->list, NULL), 0);
	return f->list.count;
}

static void
done(struct fleet *f)
{
	inventory_release(&f->v);
	free(f->list.items);
	arena_release(&f->list.arena);
}

#define FLEET { INVENTORY_INIT, { NULL, 0, 0, ARENA_INIT }, 0 }

static void
profiles_meet_or_not(void **state)
{
	(void)state;
	assert_true(clash_profiles_meet(STR(""), STR("gpu")));
	assert_true(clash_profiles_meet(STR("a,gpu"), STR("gpu,b")));
	assert_false(clash_profiles_meet(STR("cpu"), STR("gpu,cpux")));
}

static void
a_group_of_n_is_n_less_one_pairs(void **state)
{
	struct fleet f = FLEET;

	(void)state;
	port(&f, "c", "s", "", "80", "tcp", "");
	port(&f, "a", "s", "", "80", "tcp", "");
	port(&f, "b", "s", "127.0.0.1", "80", "TCP", "");
	port(&f, "d", "s", "", "80", "udp", "");
	port(&f, "e", "s", "", "81", "tcp", "");
	assert_int_equal(find(&f, NULL), 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(f.list.items[i].kind, CLASH_PORT);
		assert_true(str_eq(f.list.items[i].holder.id.model, STR("a")));
		assert_true(str_eq(f.list.items[i].other.id.model, i ? STR("c") : STR("b")));
	}
	assert_true(str_eq(f.list.items[1].what, STR("80/tcp")));
	assert_true(str_eq(f.list.items[1].detail, STR("port 80/tcp of c s is also a s's")));
	done(&f);
}

static void
behind_many_alternatives_it_is_seen(void **state)
{
	struct fleet f = FLEET;
	char service[16], profile[16];

	(void)state;
	for (int i = 0; i < 600; i++) {
		(void)snprintf(service, sizeof service, "s%03d", i);
		(void)snprintf(profile, sizeof profile, "p%03d", i);
		port(&f, "a", service, "", "80", "tcp", profile);
	}
	port(&f, "a", "t", "", "80", "tcp", "p599");
	assert_int_equal(find(&f, NULL), 1);
	assert_true(str_eq(f.list.items[0].holder.service, STR("s599")));
	done(&f);
}

static void
what_does_not_run_holds_nothing(void **state)
{
	struct fleet f = FLEET;
	struct finding x = { .record = FINDING_PORT, .app = STR("a"), .service = STR("s"),
		.host_port = port_range_of(STR("80")), .protocol = STR("tcp"), .replicas = STR("0") };

	(void)state;
	add(&f, x);
	x.record = FINDING_NAME;
	x.value = STR("n");
	add(&f, x);
	x.app = STR("b");
	x.replicas = STR("");
	add(&f, x);
	port(&f, "b", "s", "", "80", "tcp", "");
	assert_int_equal(find(&f, NULL), 0);
	done(&f);
}

/* What is accepted with the first is no reason not to look for a second. */
static void
behind_an_accepted_one_it_is_seen(void **state)
{
	struct fleet f = FLEET;
	struct clash_accepted accepted = { .a = STR("a"), .b = STR("c") };
	struct clash_options o = { .accepted = &accepted, .accepted_count = 1 };

	(void)state;
	port(&f, "a", "s", "127.0.0.1", "80", "tcp", "");
	port(&f, "b", "s", "127.0.0.2", "80", "tcp", "");
	port(&f, "c", "s", "", "80", "tcp", "");
	assert_int_equal(find(&f, &o), 1);
	assert_true(str_eq(f.list.items[0].holder.id.model, STR("b")));
	done(&f);
}

static void
behind_many_addresses_it_is_seen(void **state)
{
	struct fleet f = FLEET;
	char app[16], ip[32];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		(void)snprintf(app, sizeof app, "a%03d", i);
		(void)snprintf(ip, sizeof ip, "127.0.%d.%d", i / 250, i % 250 + 1);
		port(&f, app, "s", ip, "80", "tcp", "");
	}
	port(&f, "b", "s", "127.0.3.250", "80", "tcp", "");
	port(&f, "c", "s", "::1", "80", "tcp", "");
	assert_int_equal(find(&f, NULL), 1);
	assert_true(str_eq(f.list.items[0].holder.id.model, STR("a999")) &&
	    str_eq(f.list.items[0].other.id.model, STR("b")));
	done(&f);
}

static void
alternatives_do_not_clash(void **state)
{
	struct fleet f = FLEET;

	(void)state;
	port(&f, "a", "g", "", "80", "tcp", "gpu");
	port(&f, "a", "c", "", "80", "tcp", "cpu");
	assert_int_equal(find(&f, NULL), 0);
	done(&f);
}

static void
one_text_is_one_thing_where_an_app_includes_the_other(void **state)
{
	struct fleet f = FLEET;
	struct finding x = { .record = FINDING_PORT,
		.service = STR("s"),
		.host_port = { 80, 80, STR_INIT },
		.protocol = STR("tcp"),
		.place = { true, STR("b/c.yml"), 1, 1, { 5, 2 }, STR("80") } };
	struct finding file = { .record = FINDING_FILE, .app = STR("a"), .role = ROLE_INCLUDE,
		.place = { true, STR("b/c.yml"), 1, 1, { 0, 9 }, STR_INIT } };

	(void)state;
	x.app = STR("a");
	add(&f, x);
	x.app = STR("b");
	add(&f, x);
	assert_int_equal(find(&f, NULL), 1);
	f.list.count = 0;
	add(&f, file);
	assert_int_equal(find(&f, NULL), 0);
	x.app = file.app = STR("c");	/* two that include one are two all the same */
	add(&f, x);
	add(&f, file);
	assert_int_equal(find(&f, NULL), 1);
	assert_true(str_eq(f.list.items[0].holder.id.model, STR("a")));
	done(&f);
}

static void
one_span_twice_in_one_app_is_two(void **state)
{
	struct fleet f = FLEET;
	struct finding x = { .record = FINDING_PORT,
		.app = STR("a"),
		.service = STR("s"),
		.host_port = { 80, 80, STR_INIT },
		.protocol = STR("tcp"),
		.place = { true, STR("f.yml"), 1, 1, { 5, 2 }, STR("80") } };

	(void)state;
	add(&f, x);
	x.service = STR("t");
	add(&f, x);
	assert_int_equal(find(&f, NULL), 1);
	done(&f);
}

static void
names_by_two_routes(void **state)
{
	struct fleet f = FLEET;

	(void)state;
	add(&f,
	    (struct finding){
		.record = FINDING_PROJECT, .app = STR("x"), .value = STR("p"), .unnamed = STR("web,db") });
	add(&f,
	    (struct finding){
		.record = FINDING_PROJECT, .app = STR("y"), .value = STR("p"), .unnamed = STR("web") });
	add(&f,
	    (struct finding){
		.record = FINDING_NAME, .app = STR("z"), .service = STR("s"), .value = STR("p-db-1") });
	add(&f, (struct finding){ .record = FINDING_VOLUME, .app = STR("x"), .value = STR("p_data") });
	add(&f, (struct finding){ .record = FINDING_VOLUME, .app = STR("y"), .value = STR("p_data") });
	add(&f, (struct finding){ .record = FINDING_NETWORK, .app = STR("y"), .value = STR("p_data") });
	assert_int_equal(find(&f, NULL), 3);
	assert_int_equal(f.list.items[0].kind, CLASH_CONTAINER);
	assert_int_equal(f.list.items[1].kind, CLASH_PROJECT);
	assert_int_equal(f.list.items[2].kind, CLASH_VOLUME);
	done(&f);
}

static void
replicas_and_what_is_held(void **state)
{
	struct fleet f = FLEET;

	(void)state;
	add(&f,
	    (struct finding){ .record = FINDING_HELD,
		.role = ROLE_LISTENER,
		.host_port = { 81, 81, STR_INIT },
		.protocol = STR("tcp"),
		.host_ip = STR("127.0.0.1"),
		.value = STR("81"),
		.detail = STR("the process p on this host") });
	add(&f,
	    (struct finding){ .record = FINDING_HELD,
		.role = ROLE_PORT,
		.host_port = { 81, 81, STR_INIT },
		.protocol = STR("udp"),
		.value = STR("81") });
	add(&f,
	    (struct finding){ .record = FINDING_HELD,
		.role = ROLE_PROJECT,
		.value = STR("web"),
		.detail = STR("container x of /x") });
	add(&f, (struct finding){ .record = FINDING_PROJECT, .app = STR("b"), .value = STR("web") });
	add(&f, (struct finding){ .record = FINDING_NAME, .app = STR("b"), .value = STR("web") });
	port(&f, "b", "s", "", "81", "tcp", "");
	add(&f,
	    (struct finding){ .record = FINDING_PORT,
		.app = STR("a"),
		.service = STR("s"),
		.host_port = { 80, 80, STR_INIT },
		.protocol = STR("tcp"),
		.replicas = STR("3") });
	add(&f,
	    (struct finding){ .record = FINDING_PORT,
		.app = STR("a"),
		.service = STR("t"),
		.host_port = { 81, 81, STR_INIT },
		.protocol = STR("tcp"),
		.network_mode = STR("host") });
	assert_int_equal(find(&f, &(struct clash_options){ .held = true }), 3);
	assert_int_equal(f.list.items[0].kind, CLASH_REPLICAS);
	assert_int_equal(f.list.items[1].kind, CLASH_HELD);
	assert_int_equal(f.list.items[2].kind, CLASH_HELD);
	assert_int_equal(find(&f, NULL), 4); /* one more: it counts only where it is asked for */
	done(&f);
}

static void
the_database_disagrees(void **state)
{
	struct fleet f = FLEET;
	const struct clash_pair pairs[] = { { { STR("a"), 1 }, 5001, 8001, true },
		{ { STR("gone"), 2 }, 5003, 8003, true },
		{ { STR("elsewhere"), 2 }, 8001, 8005, false } };

	(void)state;
	add(&f,
	    (struct finding){ .record = FINDING_PORT,
		.app = STR("a"),
		.service = STR("s"),
		.role = ROLE_BACKEND,
		.host_port = { 5009, 5009, STR_INIT },
		.protocol = STR("tcp") });
	assert_int_equal(find(&f, &(struct clash_options){ .pairs = pairs, .pair_count = 3 }), 3);
	assert_int_equal(f.list.items[0].kind, CLASH_DRIFT);
	assert_int_equal(f.list.items[1].kind, CLASH_ORPHAN);
	assert_int_equal(f.list.items[2].kind, CLASH_ROLE);
	done(&f);
}

static void
what_is_accepted_is_no_clash(void **state)
{
	struct fleet f = FLEET;
	const struct clash_accepted yes = { .a = STR("b"), .b = STR("a"), .what = STR("80/tcp") };

	(void)state;
	port(&f, "a", "s", "", "80", "tcp", "");
	port(&f, "b", "s", "", "80", "tcp", "");
	port(&f, "c", "s", "", "80", "tcp", "");
	assert_int_equal(find(&f, &(struct clash_options){ .accepted = &yes, .accepted_count = 1 }), 1);
	done(&f);
}

/* What is asked of the fleet as it will be is answered by the ports and names that it will have; what it
 * has now stays as it is. */
static void
the_outcome_is_a_view(void **state)
{
	struct fleet f = FLEET;
	uint16_t ports[8] = { 0 };
	uint32_t names[8] = { 0 };
	const struct str texts[] = { STR_INIT, STR("p-web-1"), STR("q") };
	const struct clash_view outcome = { &f.v, ports, names, texts };

	(void)state;
	port(&f, "a", "s", "", "80", "tcp", "");
	port(&f, "b", "s", "", "80", "tcp", "");
	add(&f,
	    (struct finding){
		.record = FINDING_NAME, .app = STR("c"), .service = STR("x"), .value = STR("n") });
	add(&f, (struct finding){
		.record = FINDING_PROJECT, .app = STR("d"), .value = STR("p"), .unnamed = STR("web") });
	assert_int_equal(find(&f, NULL), 1);
	ports[1] = 81;
	names[2] = 1;
	f.list.count = 0;
	assert_int_equal(clash_find(&outcome, NULL, keep, &f.list, NULL), 0);
	assert_int_equal(f.list.count, 1);
	assert_int_equal(f.list.items[0].kind, CLASH_CONTAINER);
	assert_true(str_eq(f.list.items[0].what, STR("p-web-1")));
	names[3] = 2;		/* its containers follow the project */
	f.list.count = 0;
	assert_int_equal(clash_find(&outcome, NULL, keep, &f.list, NULL), 0);
	assert_int_equal(f.list.count, 0);
	done(&f);
}

/* By its identity only in the layout, by its folder anywhere. */
static void
apps_are_called_by_two_names(void **state)
{
	const struct clash_party in = { { STR("m"), 1 }, true, STR("gen/m/app1") };
	const struct clash_party out = { { STR("x"), 1 }, false, STR("x") };
	const struct clash_accepted any = { .a = STR("x") };

	(void)state;
	assert_true(clash_is_called(&in, STR("m/app1")) && clash_is_called(&in, STR("gen/m/app1")));
	assert_false(clash_is_called(&in, STR("m")) || clash_is_called(&out, STR("x/app1")));
	assert_true(clash_is_called(&out, STR("x")));
	assert_non_null(clash_accepted_by(&any, 1, &in, &out, STR("80/tcp")));
	assert_null(clash_accepted_by(&any, 1, &in, &in, STR("80/tcp")));
	assert_null(clash_accepted_by(&any, 0, &in, &out, STR("80/tcp")));
}

static void
shared(struct fleet *f, enum finding_record record, const char *app, const char *value, const char *points)
{
	add(f,
	    (struct finding){ .record = record,
		.app = str_from(app),
		.role = record == FINDING_ROUTE ? ROLE_ROUTER : ROLE_NONE,
		.protocol = str_from(record == FINDING_ROUTE ? "http" : ""),
		.value = str_from(value),
		.whole = str_from(points) });
}

/* An app may call one volume, network or alias by two of its keys. */
static void
what_an_app_shares_with_itself_is_no_clash(void **state)
{
	static const enum finding_record records[] = { FINDING_VOLUME, FINDING_NETWORK, FINDING_ALIAS };

	(void)state;
	for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
		struct fleet f = { .v = INVENTORY_INIT };

		shared(&f, records[i], "a", "data", "");
		shared(&f, records[i], "a", "data", "");
		assert_int_equal(find(&f, NULL), 0);
		done(&f);
	}
}

static void
hazards_are_told_where_they_are_asked_for(void **state)
{
	struct fleet f = { .v = INVENTORY_INIT };

	(void)state;
	shared(&f, FINDING_ROUTE, "a", "web", "http, https");
	shared(&f, FINDING_ROUTE, "a", "web", "");	/* one app's own */
	shared(&f, FINDING_ROUTE, "b", "api", "http");
	shared(&f, FINDING_ROUTE, "c", "web", "https");
	shared(&f, FINDING_ROUTE, "d", "api", "office");
	shared(&f, FINDING_MOUNT, "a", "/srv/db", "");
	shared(&f, FINDING_MOUNT, "b", "/srv/db", "");
	shared(&f, FINDING_MOUNT, "a", "/run/x", "");
	shared(&f, FINDING_MOUNT, "b", "/run/x", "");
	shared(&f, FINDING_MOUNT, "a", "/srv/x.sock", "");
	shared(&f, FINDING_MOUNT, "b", "/srv/x.sock", "");
	assert_int_equal(find(&f, NULL), 0);
	assert_int_equal(find(&f, &(struct clash_options){ .hazards = true }), 2);
	assert_int_equal(f.list.items[0].kind, CLASH_ROUTER);
	assert_true(str_eq(f.list.items[0].what, STR("router web (http)")));
	assert_int_equal(f.list.items[1].kind, CLASH_FOLDER);
	assert_true(str_eq(f.list.items[1].detail, STR("folder /srv/db of b is also a's")));
	assert_true(clash_is_hazard(CLASH_FOLDER) && !clash_is_hazard(CLASH_ROLE));
	done(&f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(profiles_meet_or_not),
		cmocka_unit_test(a_group_of_n_is_n_less_one_pairs),
		cmocka_unit_test(behind_many_alternatives_it_is_seen),
		cmocka_unit_test(what_does_not_run_holds_nothing),
		cmocka_unit_test(behind_an_accepted_one_it_is_seen),
		cmocka_unit_test(behind_many_addresses_it_is_seen),
		cmocka_unit_test(alternatives_do_not_clash),
		cmocka_unit_test(one_text_is_one_thing_where_an_app_includes_the_other),
		cmocka_unit_test(one_span_twice_in_one_app_is_two),
		cmocka_unit_test(names_by_two_routes),
		cmocka_unit_test(replicas_and_what_is_held),
		cmocka_unit_test(the_database_disagrees),
		cmocka_unit_test(what_is_accepted_is_no_clash),
		cmocka_unit_test(the_outcome_is_a_view),
		cmocka_unit_test(apps_are_called_by_two_names),
		cmocka_unit_test(what_an_app_shares_with_itself_is_no_clash),
		cmocka_unit_test(hazards_are_told_where_they_are_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
