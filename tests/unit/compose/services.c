/* services: names, profiles and replicas of services.
 * SPDX-License-Identifier: MIT */
#include "unit/compose/lab.h"

#include "base/path.h"

static void
name_through_an_anchor(void **state)
{
	struct lab lab;
	const struct project_service *a;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "x-a: &a\n  container_name: \"caf\xc3\xa9-\\x61\"\nservices:\n  a:\n    <<: *a\n    image: x\n");
	a = lab_service(lab_accepted(&lab), "a");
	lab_text(a->container_name.text, "caf\xc3\xa9-a");
	lab_text(text_span(&a->name_source->text, a->name_site), "caf\xc3\xa9-\\x61");
	lab_decide(a->container_name, "app/compose.yaml", ORIGIN_LITERAL, "tea");
	lab_text(lab_service(lab_accepted(&lab), "a")->container_name.text, "tea");
	lab_clear(&lab);
}

static void
mount_is(const struct project *p, size_t i, const char *path)
{
	const struct project_service *a = lab_service(p, "a");

	assert_true(i < a->mounts.count);
	lab_text(a->mounts.items[i].key, path);
}

static void
what_is_mounted_for_writing(void **state)
{
	struct lab lab;
	const struct project *p;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "services:\n  a:\n    extends: {file: ../base/db.yml, service: a}\n    volumes:\n"
	    "      - ./x/../y:/y:z\n      - /srv/z/:/z\n      - ~/w:/w\n      - ${HOME}/v:/v\n"
	    "      - ./n:/n:z,ro\n      - /anonymous\n      - named:/m\n"
	    "      - {type: bind, source: ../../u, target: /u}\n"
	    "      - {type: bind, source: ./o, target: /o, read_only: true}\n"
	    "      - {type: tmpfs, target: /t}\n"
	    "volumes:\n  named: {driver_opts: {type: none, o: bind, device: /srv/named/}}\n"
	    "  other: {driver_opts: {type: nfs, o: addr=nas, device: ':/x'}}\n",
	    "../base/db.yml", "services: {a: {image: x, volumes: ['./d:/d']}}\n");
	p = lab_accepted(&lab);
	mount_is(p, 0, "base/d");	/* a base's paths are its own folder's */
	mount_is(p, 1, "app/y");
	mount_is(p, 2, "/srv/z");
	mount_is(p, 3, "~/w");
	mount_is(p, 4, "~/v");
	assert_int_equal(lab_service(p, "a")->mounts.count, 6);
	assert_true(path_is_absolute(lab_service(p, "a")->mounts.items[5].key));
	lab_text(p->volumes[0].bound, "/srv/named");
	assert_int_equal(p->volumes[1].bound.len, 0);
	lab_clear(&lab);
}

static void
profiles_and_replicas(void **state)
{
	struct lab lab;
	const struct project *p;

	(void)state;
	LAB_LAY(&lab, "compose.yaml",
	    "services:\n  a: {image: x, profiles: [p, q], deploy: {replicas: '${N:-3}'}}\n"
	    "  b: {image: x, scale: 2}\n"
	    "  c: {image: x, profiles: [r]}\n",
	    ".env", "COMPOSE_PROFILES=q\n");
	p = lab_accepted(&lab);
	assert_true(lab_service(p, "a")->enabled);
	lab_text(lab_service(p, "a")->profiles, "p,q");
	assert_int_equal(lab_service(p, "a")->replicas, 3);
	assert_int_equal(lab_service(p, "b")->replicas, 2);
	assert_false(lab_service(p, "c")->enabled);
	lab_clear(&lab);
}

/* `profiles: ["", gpu]`: the empty one is asked for where nobody asks for any. */
static void
an_empty_profile_is_none_where_none_is_asked_for(void **state)
{
	static const char text[] = "services:\n  a: {image: x, profiles: ['', gpu]}\n"
				   "  b: {image: x, profiles: [gpu]}\n";
	struct lab lab;
	const struct project *p;

	(void)state;
	LAB_LAY(&lab, "compose.yaml", text);
	p = lab_accepted(&lab);
	assert_true(lab_service(p, "a")->enabled);
	lab_text(lab_service(p, "a")->profiles, "");
	assert_false(lab_service(p, "b")->enabled);
	lab_text(lab_service(p, "b")->profiles, "gpu");
	lab_clear(&lab);
	LAB_LAY(&lab, "compose.yaml", text, ".env", "COMPOSE_PROFILES=tpu\n");
	p = lab_accepted(&lab);
	assert_false(lab_service(p, "a")->enabled);
	lab_text(lab_service(p, "a")->profiles, "\"\",gpu");
	lab_clear(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(name_through_an_anchor),
		scratch_test(what_is_mounted_for_writing),
		scratch_test(profiles_and_replicas),
		scratch_test(an_empty_profile_is_none_where_none_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
