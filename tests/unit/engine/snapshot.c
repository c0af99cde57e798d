/* snapshot: what the client answers becomes tables, whatever goes away meanwhile.
 * SPDX-License-Identifier: MIT */
#include "unit/docker.h"

#include "engine/snapshot.h"
#include "system/sql.h"

/* 501 containers, of which the seventh has gone when it is asked about, and is not listed again; each call is
 * written down. */
static const char many[] =
    "#!/bin/sh\n"
    "echo \"$1 $2 $#\" >>\"$ROOT/calls\"\n"
    "case \"$1 $2\" in\n"
    "'ps --all') i=0; while [ $((i += 1)) -le 501 ]; do\n"
    "	[ $i = 7 ] && [ -e \"$ROOT/gone\" ] || echo $i; done ;;\n"
    "'network ls') echo n ;;\n"
    "'network inspect') echo '[{\"Id\": \"n\", \"Name\": \"net\","
    " \"Labels\": {\"com.docker.compose.project\": \"p\"},"
    " \"IPAM\": {\"Config\": [{\"Subnet\": \"10.0.0.0/24\"}, {\"Subnet\": \"fd00::/64\"}]}}]' ;;\n"
    "'container inspect') shift 2; between='['\n"
    "	for id; do [ $id = 7 ] && { : >\"$ROOT/gone\"; s=1; continue; }\n"
    "		printf '%s{\"Id\": \"%s\", \"Name\": \"/c%s\","
    " \"State\": {\"Running\": true, \"StartedAt\": \"2026-01-01T00:00:00Z\"},"
    " \"Config\": {\"Labels\": {\"com.docker.compose.project.working_dir\": \"%s/link\","
    " \"com.docker.compose.project\": \"p\", \"com.docker.compose.service\": \"s\"}},"
    " \"HostConfig\": {\"PortBindings\": {\"80/tcp\": [{\"HostIp\": \"\", \"HostPort\": \"8080\"}],"
    " \"81/udp\": [{\"HostPort\": \"\"}]}},"
    " \"NetworkSettings\": {\"Ports\": {"
    "\"80/tcp\": [{\"HostIp\": \"0.0.0.0\", \"HostPort\": \"8080\"}],"
    " \"81/udp\": [{\"HostIp\": \"0.0.0.0\", \"HostPort\": \"4001\"},"
    " {\"HostIp\": \"::\", \"HostPort\": \"4001\"}]}},"
    " \"Mounts\": [{\"Type\": \"volume\", \"Name\": \"v\", \"Destination\": \"/d\"}]}'"
    " \"$between\" $id $id \"$ROOT\"; between=,\n"
    "	done; echo ']'; exit $s ;;\n"
    "esac\n";

static int64_t
number(struct sql *sql, const char *text)
{
	AUTO(error) err = ERROR_INIT;
	int64_t got = -1;

	assert_int_equal(sql_number(sql, text, "cannot ask", &got, &err), 1);
	return got;
}

static void
all_are_asked_about_in_batches(void **state)
{
	AUTO_PTR(sql) sql = NULL;
	AUTO(buf) why = BUF_INIT;
	AUTO(error) err = ERROR_INIT;

	docker_is(state, many);
	assert_int_equal(mkdir("real", 0755), 0);
	assert_int_equal(symlink("real", "link"), 0);
	assert_int_equal(snapshot_open(&sql, &why, &err), 1);
	assert_int_equal(number(sql, "SELECT count(*) FROM containers WHERE is_running AND has_run"), 500);
	assert_int_equal(number(sql, "SELECT count(*) FROM containers WHERE name = 'c501'"), 1);
	assert_int_equal(number(sql, "SELECT count(*) FROM containers WHERE place LIKE '%/real'"), 500);
	assert_int_equal(
	    number(sql, "SELECT count(*) FROM mounts WHERE volume = 'v' AND destination = '/d'"), 500);
	assert_int_equal(number(sql, "SELECT count(*) FROM published WHERE id = '1'"), 2);
	assert_int_equal(number(sql, "SELECT count(*) FROM published WHERE id = '1' AND host_ip = ''"
				     " AND (host_port = 8080 AND container_port = 80 AND protocol = 'tcp'"
				     " OR host_port = 4001 AND container_port = 81 AND protocol = 'udp')"),
	    2);
	assert_int_equal(number(sql, "SELECT count(*) FROM networks"
				     " WHERE project = 'p' AND subnets = '10.0.0.0/24,fd00::/64'"), 1);
	assert_int_equal(number(sql, "SELECT count(*) FROM volumes"), 0);
	scratch_holds("calls", "ps --all 4\ncontainer inspect 502\nps --all 4\ncontainer inspect 502\n"
			       "network ls 4\nnetwork inspect 3\nvolume ls 3\nimage ls 6\n");
}

/* A label alone makes no container Compose's, nor do those that an image has of one, or was given to look
 * so. */
static void
who_was_not_made_by_compose_has_no_folder(void **state)
{
	AUTO_PTR(sql) sql = NULL;
	AUTO(buf) why = BUF_INIT;
	AUTO(error) err = ERROR_INIT;

	docker_is(state, "#!/bin/sh\nplace='\"com.docker.compose.project.working_dir\": \"/\"'\n"
			 "all='\"com.docker.compose.project\": \"p\", \"com.docker.compose.service\": \"s\","
			 " \"com.docker.compose.config-hash\": \"h\"'\n"
			 "one() { printf '%s{\"Id\": \"%s\", \"Image\": \"%s\","
			 " \"Config\": {\"Labels\": {%s}}}' \"$@\"; }\n"
			 "some='\"com.docker.compose.project\": \"p\","
			 " \"com.docker.compose.service\": \"s\"'\n"
			 "case \"$1 $2\" in\n"
			 "'ps --all') echo own; echo again; echo liar; echo copy; echo bait ;;\n"
			 "'image ls') echo i; echo j ;;\n"
			 "'image inspect') one '[' i '' \"$place, $all\"; one , j '' \"$place, $some\";"
			 " echo ']' ;;\n"
			 "'container inspect') one '[' own '' \"$place, $all\"; one , liar '' \"$place\";"
			 " one , again j \"$place, $all\"; one , copy i \"$place, $all\";"
			 " one , bait j \"$place, $some\"; echo ']' ;;\n"
			 "esac\n");
	assert_int_equal(snapshot_open(&sql, &why, &err), 1);
	assert_int_equal(number(sql, "SELECT count(*) FROM containers"), 5);
	assert_int_equal(number(sql, "SELECT count(*) FROM containers"
				     " WHERE place = '/' AND id IN ('own', 'again')"), 2);
	assert_int_equal(number(sql, "SELECT count(*) FROM containers WHERE folder IS NULL"), 3);
}

static void
nothing_there(void **state, const char *script, const char *want)
{
	AUTO_PTR(sql) sql = NULL;
	AUTO(buf) why = BUF_INIT;
	AUTO(error) err = ERROR_INIT;

	docker_is(state, script);
	buf_add_str(&why, STR("of before"));
	assert_int_equal(snapshot_open(&sql, &why, &err), 0);
	assert_string_equal(why.ptr, want);
	assert_int_equal(number(sql, "SELECT count(*) FROM (SELECT id FROM containers UNION ALL"
				     " SELECT id FROM networks UNION ALL SELECT name FROM volumes)"), 0);
}

static void
no_engine_is_no_error(void **state)
{
	nothing_there(state, "#!/bin/sh\necho 'Cannot connect to the Docker daemon' >&2; exit 1\n",
	    "Cannot connect to the Docker daemon");
}

static void
one_that_goes_away_meanwhile_is_none(void **state)
{
	nothing_there(state,
	    "#!/bin/sh\ncase \"$1 $2\" in 'ps --all') echo 1 ;;"
	    " 'container inspect') echo '[{\"Id\": \"1\"}]' ;;"
	    " *) echo gone >&2; exit 1 ;; esac\n",
	    "gone");
}

/* A container that is there and cannot be told of may hold anything. */
static void
one_that_does_not_tell_all_is_none(void **state)
{
	nothing_there(state,
	    "#!/bin/sh\ncase \"$1 $2\" in 'ps --all') echo 1; echo 2 ;;"
	    " 'container inspect') echo '[{\"Id\": \"1\"}]'; echo no >&2; exit 1 ;; esac\n",
	    "no");
}

static void
no_client_is_no_error(void **state)
{
	nothing_there(state, NULL, "there is no docker client");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(all_are_asked_about_in_batches),
		scratch_test(who_was_not_made_by_compose_has_no_folder),
		scratch_test(no_engine_is_no_error),
		scratch_test(one_that_goes_away_meanwhile_is_none),
		scratch_test(one_that_does_not_tell_all_is_none),
		scratch_test(no_client_is_no_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
