/* images: which tags an app builds, who runs them, and what else names them.
 * SPDX-License-Identifier: MIT */
#include "unit/scan/surveyed.h"

#include "scan/images.h"

/* Of a project with these SERVICES, one a line, the records `image` are those that WANT holds, one a line,
 * without the places. */
static void
expect(const char *folder, const char *services, const char *want)
{
	AUTO(buf) text = BUF_INIT;
	AUTO(buf) path = BUF_INIT;
	AUTO(buf) all = BUF_INIT;
	AUTO(buf) got = BUF_INIT;
	struct str line;

	buf_printf(&path, "%s/compose.yaml", folder);
	buf_printf(&text, "services:\n%s\n", services);
	scratch_put(path.ptr, text.ptr);
	(void)surveyed(&all, &(struct survey_options){ 0 });
	for (size_t at = 0; str_next_part(buf_str(&all), '\n', &at, &line); ) {
		size_t origin = str_search(line, 0, STR(" origin=")),
		       elsewhere = str_search(line, 0, STR(" elsewhere="));

		if (str_starts(line, STR("image ")))
			buf_printf(&got, "%.*s%.*s\n", STR_ARG(str_sub(line, 0, origin)),
			    STR_ARG(str_sub(line, elsewhere, line.len)));
	}
	assert_string_equal(got.ptr ? got.ptr : "", want);
}

static void
who_builds_and_who_runs(void **state)
{
	(void)state;
	expect("m/app1",
	    " a: {build: ., image: s/a}\n b: {image: 'docker.io/s/a:latest'}\n c: {image: s/a:2}\n"
	    " d: {build: .}",
	    "image service=a value=s/a\nimage service=b value=docker.io/s/a:latest\n");
	expect("m/app1", " a: {image: s/a}\n b: {build: .}", "");
}

static void
what_names_it_too(void **state)
{
	static const char *const others[] = { "build: {context: ., args: [B=s/a]}",
		"build: {context: ., additional_contexts: {base: 'docker-image://s/a:1'}}",
		"build: {dockerfile_inline: FROM s/a:1}", "environment: {RUNS: 's/a:1'}",
		"command: docker run s/a:1" };
	static const char *const places[] = { "services.b.build.args.B",
		"services.b.build.additional_contexts.base",
		"dockerfile_inline", "services.b.environment.RUNS", "services.b.command" };

	(void)state;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		AUTO(buf) services = BUF_INIT;
		AUTO(buf) want = BUF_INIT;

		buf_printf(&services, " a: {build: ., image: 's/a:1'}\n b: {%s}", others[i]);
		buf_printf(&want, "image service=a value=s/a:1 elsewhere=%s\n", places[i]);
		expect("m/app1", services.ptr, want.ptr);
	}
	expect("m/app1",
	    " a: {build: ., image: s/a}\n b: {image: x, environment: {A: s/ab, B: xs/a, C: s/a-x}}",
	    "image service=a value=s/a\n");
}

static void
dockerfiles_are_read(void **state)
{
	(void)state;
	scratch_put("m/app1/b/Dockerfile", "# syntax\nFROM s/a AS x\n");
	expect("m/app1", " a: {build: ., image: s/a}\n b: {build: b}",
	    "image service=a value=s/a elsewhere=m/app1/b/Dockerfile\n");
}

static void
outside_the_layout_nothing_is_looked_for(void **state)
{
	(void)state;
	expect("shop", " a: {build: ., image: s/a}\n b: {image: x, command: s/a}",
	    "image service=a value=s/a\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(who_builds_and_who_runs),
		scratch_test(what_names_it_too),
		scratch_test(dockerfiles_are_read),
		scratch_test(outside_the_layout_nothing_is_looked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
