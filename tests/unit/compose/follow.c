/* follow: what stands at the places that the owner names is found, each value with its text.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

/* What stands at PATH: `path=value`, a line each. */
static void
stands(struct lab *lab, const char *path, const char *want)
{
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) b = BUF_INIT;
	const char *const paths[] = { path };
	struct project_options options = { .follow = paths, .follow_count = 1 };
	const struct project *p;

	project_reader_close(lab->reader);
	assert_int_equal(project_reader_open(&lab->reader, lab->fd, &options, &err), 0);
	p = lab_read(lab);
	for (size_t i = 0; i < p->followed.count; i++)
		buf_printf(&b, "%.*s=%.*s\n", STR_ARG(p->followed.items[i].key),
		    STR_ARG(p->followed.items[i].value.text));
	assert_string_equal(b.ptr ? b.ptr : "", want);
}

static void
paths_lead_to_scalars(void **state)
{
	struct lab lab;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "services:\n  a:\n    image: x\n    x-ui: {port: 80}\n"
	    "x-store:\n  port_map: \"${P:-8080}\"\n  ports: [1, {n: 2}]\n  none:\nx-shop: {port_map: 9}\n");
	stands(&lab, "x-store.port_map", "x-store.port_map=8080\n");
	stands(&lab, "x-s*p.port_map", "x-shop.port_map=9\n");
	stands(&lab, "x-*.port*", "x-store.port_map=8080\nx-store.ports=1\nx-shop.port_map=9\n");
	stands(&lab, "x-store.ports.n", "x-store.ports.n=2\n");
	stands(&lab, "services.*.x-ui.port", "services.a.x-ui.port=80\n");
	stands(&lab, "x-store.none", "");
	stands(&lab, "x-store", "");
	stands(&lab, "*s*o*e.port_map", "x-store.port_map=8080\n");
	stands(&lab, "x-store.port_map.more", "");
	lab_clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(paths_lead_to_scalars),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
