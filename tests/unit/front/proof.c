/* proof: nothing but a fleet that is clean for certain holds.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include <stdio.h>
#include <unistd.h>

#include "front/proof.h"
#include "stream/finding.h"

static const struct finding start = { .record = FINDING_FLEET, .value = STR("/srv"),
	.detail = STR("berth 1 stream 1") };

static struct finding
port(struct str app, uint16_t number)
{
	return (struct finding){ .record = FINDING_PORT, .app = app, .id = { app, 1 }, .service = STR("web"),
		.host_port = { number, number, STR_INIT }, .protocol = STR("tcp") };
}

/* Whether a fleet of these COUNT findings holds. */
static bool
holds(const struct finding *list, size_t count, const char *accept)
{
	FILE *file = tmpfile();
	AUTO_PTR(stream_writer) w = finding_writer_open(file);
	AUTO(error) err = ERROR_INIT;
	struct str_digits room;
	bool result;

	finding_write_header(w);
	finding_write(w, &start);
	for (size_t i = 0; i < count; i++)
		finding_write(w, &list[i]);
	finding_write(
	    w, &(struct finding){ .record = FINDING_END, .value = str_from_uint(&room, count + 1) });
	assert_int_equal(stream_flush(w, &err), 0);
	assert_int_equal(lseek(fileno(file), 0, SEEK_SET), 0);
	result = proof_holds(fileno(file), accept);
	(void)fclose(file);
	return result;
}

static void
a_clash_or_a_problem_does_not_hold(void **state)
{
	struct finding list[] = { port(STR("a"), 80), port(STR("b"), 81),
		{ .record = FINDING_SETTING, .app = STR("b"), .value = STR("80") } };

	(void)state;
	assert_true(holds(list, 3, NULL));
	list[2] = port(STR("c"), 80);
	assert_false(holds(list, 3, NULL));
	scratch_put("accepted", "a c 80/tcp # they take turns\n");
	assert_true(holds(list, 3, "accepted"));
	assert_false(holds(list, 3, "no such file"));
	list[2] = (struct finding){ .record = FINDING_PROBLEM, .app = STR("c"), .value = STR("not YAML") };
	assert_false(holds(list, 3, NULL));
	list[2] = (struct finding){ .record = FINDING_APP, .app = STR("c"), .twin = STR("a") };
	assert_false(holds(list, 3, NULL));
}

static void
findings_that_stop_early_do_not_hold(void **state)
{
	FILE *file = tmpfile();
	AUTO_PTR(stream_writer) w = finding_writer_open(file);
	AUTO(error) err = ERROR_INIT;

	(void)state;
	finding_write_header(w);
	finding_write(w, &start);
	assert_int_equal(stream_flush(w, &err), 0);
	assert_int_equal(lseek(fileno(file), 0, SEEK_SET), 0);
	assert_false(proof_holds(fileno(file), NULL));
	(void)fclose(file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(a_clash_or_a_problem_does_not_hold),
		cmocka_unit_test(findings_that_stop_early_do_not_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
