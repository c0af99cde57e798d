/* inventory: what goes in comes out, in an order of its own, in little memory.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "fleet/inventory.h"

static void
add(struct inventory *v, struct finding f)
{
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(inventory_add(v, &f, &err), 0);
}

static struct finding
port(struct str app, struct str model, uint64_t num, struct str host_port, size_t off)
{
	return (struct finding){ .record = FINDING_PORT,
		.app = app,
		.id.model = model,
		.id.app_num = num,
		.host_port = port_range_of(host_port),
		.protocol = STR("tcp"),
		.place = { .known = true,
		    .file = STR("f"),
		    .line = 3,
		    .column = 2,
		    .span = { off, 4 },
		    .raw = host_port },
		.has_digest = true,
		.digest = 77 };
}

static void
check_order(const struct inventory *v)
{
	assert_int_equal(v->app_count, 3);
	assert_true(str_eq(inventory_str(v, v->apps[0].folder), STR("a/app9")));
	assert_true(str_eq(inventory_str(v, v->apps[1].folder), STR("a/app10")));
	assert_true(str_eq(inventory_str(v, v->apps[2].folder), STR("b")));
	assert_int_equal(v->apps[1].count, 2);
	assert_int_equal(v->items[v->apps[1].first].low, 7000);
	assert_int_equal(v->items[v->apps[1].first + 1].low, 80);
	assert_true(v->apps[0].in_layout);
	assert_false(v->apps[2].in_layout);
}

static void
order_is_its_own(void **state)
{
	const struct finding rows[] = {
		port(STR("b"), STR("b"), 1, STR("80"), 1),
		port(STR("a/app10"), STR("a"), 10, STR("80"), 90),
		port(STR("a/app9"), STR("a"), 9, STR("80"), 5),
		port(STR("a/app10"), STR("a"), 10, STR("7000"), 20),
	};

	(void)state;
	for (size_t first = 0; first < 4; first++) {
		AUTO(inventory) v = INVENTORY_INIT;

		for (size_t i = 0; i < 4; i++)
			add(&v, rows[(first + i * 3) % 4]);
		inventory_settle(&v);
		check_order(&v);
	}
}

static void
findings_come_back(void **state)
{
	AUTO(inventory) v = INVENTORY_INIT;
	struct finding f = port(STR("a"), STR("a"), 1, STR("8000-8010"), 5), got;

	(void)state;
	f.service = STR("s");
	f.chain = STR("a <- b");
	f.site = (struct place){ true, STR("g"), 9, 8, { 7, 6 }, STR("${X}") };
	f.replicas = STR("2");
	f.origin = ORIGIN_DEFAULT;
	add(&v, f);
	inventory_settle(&v);
	inventory_finding(&v, 0, &got);
	assert_true(
	    str_eq(got.service, f.service) && str_eq(got.chain, f.chain) && str_eq(got.replicas, f.replicas));
	assert_true(str_eq(got.site.raw, f.site.raw) && got.site.span.off == 7 && got.site.span.len == 6);
	assert_true(got.place.known && got.place.line == 3 && got.origin == ORIGIN_DEFAULT);
	assert_true(got.has_digest && got.digest == 77);
	assert_int_equal(v.items[0].low, 8000);
	assert_int_equal(v.items[0].high, 8010);
	assert_false(inventory_is_published(&v, &v.items[0]));
}

static void
files_know_their_readers(void **state)
{
	AUTO(inventory) v = INVENTORY_INIT;
	struct finding f = { .record = FINDING_FILE, .role = ROLE_BASE, .app = STR("a"), .id.model = STR("a"),
		.place = { .file = STR("base.yml"), .span = { 0, 12 } }, .has_digest = true, .digest = 5 };
	const struct inventory_file *got;

	(void)state;
	add(&v, f);
	add(&v, f);
	f.app = f.id.model = STR("b");
	add(&v, f);
	f.place.file = STR("b/.env");
	f.has_digest = false;
	add(&v, f);
	inventory_settle(&v);
	got = inventory_file(&v, inventory_lookup(&v, STR("base.yml")));
	assert_int_equal(got->readers, 2);
	assert_int_equal(got->size, 12);
	got = inventory_file(&v, inventory_lookup(&v, STR("b/.env")));
	assert_int_equal(got->readers, 1);
	assert_false(got->exists);
	assert_null(inventory_file(&v, inventory_lookup(&v, STR("nothing"))));
}

static void
memory_is_little(void **state)
{
	AUTO(inventory) v = INVENTORY_INIT;
	enum { APPS = 4000, PORTS = 25 };
	AUTO(arena) a = ARENA_INIT;

	(void)state;
	assert_true(sizeof(struct inventory_item) <= 40);
	for (unsigned i = 0; i < APPS; i++) {
		struct str folder = arena_printf(&a, "generated/apps/model/app%u", i);

		for (unsigned k = 0; k < PORTS; k++)
			add(&v, port(folder, STR("model"), i, arena_printf(&a, "%u", 1024 + k), k));
	}
	inventory_settle(&v);
	assert_int_equal(v.item_count, APPS * PORTS);
	assert_true(v.text_count < 6000);	/* not one a finding */
	for (unsigned i = 1; i < APPS; i++)
		assert_true(v.apps[i - 1].id.app_num < v.apps[i].id.app_num);
}

/* Of each of a finding's places. */
static void
no_place_is_cut_to_32_bits(void **state)
{
	const size_t far = (size_t)UINT32_MAX + 1;
	struct finding fits = port(STR("a"), STR("a"), 1, STR("80"), 1);
	struct place aside = { .known = true,
		.file = STR("f"),
		.line = UINT32_MAX,
		.column = UINT32_MAX,
		.span = { UINT32_MAX, UINT32_MAX } };

	(void)state;
	if (SIZE_MAX == UINT32_MAX)
		return;	/* everything fits */
	fits.site = fits.also = fits.heir = fits.alias = aside;
	fits.site.raw = STR("80");
	fits.alias_text = STR("'80:80'");
	fits.alias_at = 1;
	for (int i = -1; i < 20; i++) {
		AUTO(inventory) v = INVENTORY_INIT;
		AUTO(error) err = ERROR_INIT;
		struct finding f = fits;
		struct place *const places[] = { &f.place, &f.site, &f.also, &f.alias, &f.heir };
		struct place *p = i < 0 ? NULL : places[i / 4];

		if (p && i % 4 == 0)
			p->line = far;
		if (p && i % 4 == 1)
			p->column = far;
		if (p && i % 4 == 2)
			p->span.off = far;
		if (p && i % 4 == 3)
			p->span.len = far;
		assert_int_equal(inventory_add(&v, &f, &err), p ? -1 : 0);
		if (p)
			assert_non_null(strstr(err.what, "a line or offset above"));
	}
}

/* An alias of a stream counts where its text holds what it is to stand for. */
static void
an_alias_holds_what_it_stands_for(void **state)
{
	static const struct {
		const char *text, *raw;
		size_t at;
		bool counts;
	} cases[] = {
		{ "'80:80'", "80", 1, true },
		{ "80", "80", 0, true },
		{ "'80:80'", "80", 0, false },
		{ "'80:80'", "80", 6, false },
		{ "'80:80'", "80", 70, false },
		{ "'80:80'", "", 1, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(inventory) v = INVENTORY_INIT;
		struct finding f = port(STR("a"), STR("a"), 1, str_from(cases[i].raw), 1);

		f.alias = (struct place){
			.known = true, .file = STR("f"), .line = 1, .column = 1, .span = { 5, 2 }
		};
		f.alias_text = str_from(cases[i].text);
		f.alias_at = cases[i].at;
		add(&v, f);
		assert_int_equal(inventory_rare(&v, v.items)->alias.file != 0, cases[i].counts);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_is_its_own),
		cmocka_unit_test(findings_come_back),
		cmocka_unit_test(files_know_their_readers),
		cmocka_unit_test(memory_is_little),
		cmocka_unit_test(no_place_is_cut_to_32_bits),
		cmocka_unit_test(an_alias_holds_what_it_stands_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
