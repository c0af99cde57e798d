/* outside: addresses in the files that lie beside the apps, and not in what an app has or reads.
 * SPDX-License-Identifier: MIT */
#include "unit/scan/surveyed.h"

#include "scan/crossing.h"
#include "scan/outside.h"

static const struct survey_options mentions = { .mentions = true };
static const char text[] = "see http://localhost:8000/\n";

/* The folder and place of each mention, in the stream's order, are WANT. */
static void
found(const char *want)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(buf) places = BUF_INIT;

	(void)surveyed(&b, &mentions);
	for (char *p = b.ptr; (p = strstr(p, " origin=literal at=")); ) {
		p += strlen(" origin=literal at=");
		buf_printf(&places, "%.*s ", (int)strcspn(p, " "), p);
	}
	assert_string_equal(places.ptr ? places.ptr : "", want);
}

static void
app(const char *path)
{
	scratch_put(path, "services:\n  web: {image: x}\n");
}

static void
files_beside_the_apps_are_searched(void **state)
{
	(void)state;
	app("m/app1/compose.yaml");
	app("b/compose.yaml");
	scratch_put("notes.md", text);
	scratch_put("proxy/sites/b.conf", text);
	scratch_put("proxy/sites/a.conf", text);
	scratch_put("proxy/Caddyfile", text);
	scratch_put("m/README", text);
	scratch_put("b/deep/inner/x", text);	/* which is b's */
	found("b/deep/inner/x:1:22 notes.md:1:22 m/README:1:22 proxy/Caddyfile:1:22 "
	      "proxy/sites/a.conf:1:22 proxy/sites/b.conf:1:22 ");
}

static void
what_an_app_reads_is_no_text_of_nobody(void **state)
{
	(void)state;
	scratch_put("m/app1/compose.yaml",
	    "include: [../../parts/one.yml]\nservices:\n  web: {image: x, env_file: ../../shared.env}\n");
	scratch_put("parts/one.yml", "services:\n  b: {image: x}\n#http://localhost:8000/\n");
	scratch_put("shared.env", "A=x\n#http://localhost:8000/\n");
	scratch_put("secret.env", "A=x\n#http://localhost:8000/\n");
	assert_int_equal(symlink("../../secret.env", "m/app1/.env"), 0);
	scratch_put("node_modules/x.js", text);
	scratch_put(".berth/x", text);
	scratch_put("fleet.csv", "record,model,app_num,app\nreference,m,1,localhost:8000\n");
	scratch_put("data.csv", "name,link\na,http://localhost:8000/\n");
	found("data.csv:2:20 ");
}

/* What is beside the apps of the scratch folder, of which none reads another's file. */
static void
find(struct outside *o, struct apps **apps)
{
	AUTO_PTR(crossing) crossing = crossing_open();
	AUTO(error) err = ERROR_INIT;
	const size_t *none;

	assert_int_equal(apps_open(apps, ".", &(struct apps_options){ .jobs = 1 }, &err), 0);
	(void)crossing_complete(crossing, &none);
	outside_find(o, *apps, crossing);
}

static void
nothing_is_outside_an_app_at_the_root(void **state)
{
	AUTO(outside) o = OUTSIDE_INIT;
	AUTO_PTR(apps) apps = NULL;

	(void)state;
	app("compose.yaml");
	scratch_put("notes.md", text);
	find(&o, &apps);
	assert_int_equal(o.count, 0);		/* all below the root is that app's */
}

/* A folder may be called as the model of the apps in it: what is said of it is not said of one of them. */
static void
no_app_bears_its_identity(void **state)
{
	AUTO(outside) o = OUTSIDE_INIT;
	AUTO_PTR(apps) apps = NULL;

	(void)state;
	app("m/app1/compose.yaml");
	scratch_put("m/README", text);
	find(&o, &apps);
	assert_int_equal(o.count, 1);
	assert_string_equal(o.folders[0].app.folder.ptr, "m");
	assert_string_equal(o.folders[0].app.id.model.ptr, "m/");
	assert_int_equal(o.folders[0].files.count, 1);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(files_beside_the_apps_are_searched),
		scratch_test(what_an_app_reads_is_no_text_of_nobody),
		scratch_test(nothing_is_outside_an_app_at_the_root),
		scratch_test(no_app_bears_its_identity),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
