/* held: what listens, and how far that is told, by what engine there is.
 * SPDX-License-Identifier: MIT */
#include "unit/docker.h"

#include "engine/held.h"
#include "stream/finding.h"

/* One container of the fleet, which publishes 8080, and one of nobody's that is stopped, 8081. */
#define ENGINE(CONTEXT) \
	"#!/bin/sh\ncase \"$1 $2\" in 'ps --all') echo a; echo b ;;\n" \
	"'context inspect') echo '" CONTEXT "' ;;\n" \
	"'info --format') echo '[{\"Base\": \"10.0.0.0/24\", \"Size\": 26}]' ;;\n" \
	"'container inspect') cat <<X\n" \
	"[{\"Id\": \"a\", \"Name\": \"/own\", \"State\": {\"Status\": \"running\", \"Running\": true}," \
	" \"Config\": {\"Labels\": {\"com.docker.compose.project.working_dir\": \"$ROOT/fleet/app\"," \
	" \"com.docker.compose.project\": \"app\", \"com.docker.compose.service\": \"s\"}}," \
	" \"HostConfig\": {\"PortBindings\": {\"80/tcp\": [{\"HostPort\": \"8080\"}]}}}," \
	" {\"Id\": \"b\", \"Name\": \"/other\", \"State\": {\"Status\": \"exited\", \"Running\": false}," \
	" \"HostConfig\": {\"PortBindings\": {\"80/tcp\": [{\"HostPort\": \"8081\"}]}}}]\nX\n;; esac\n"

static int
write_down(void *context, const struct finding *f, struct error *err)
{
	(void)err;
	assert_int_equal(f->record, FINDING_HELD);
	buf_printf(context, "%.*s %u %.*s %.*s: %.*s\n", STR_ARG(finding_role_name(f->role)),
	    f->host_port.low, STR_ARG(f->protocol), STR_ARG(f->value), STR_ARG(f->detail));
	return 0;
}

static int
refuse(void *context, const struct finding *f, struct error *err)
{
	(void)context, (void)f;
	return error_set(err, "no more");
}

/* Looks with PROC's sockets on 8080, 8081 and 8082, and compares what is told. */
static void
told(void **state, const char *script, const char *want)
{
	const struct str folders[] = { STR_OF("app") };
	AUTO(buf) root = BUF_INIT;
	AUTO(buf) why = BUF_INIT;
	AUTO(buf) got = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	struct held_fleet fleet;

	docker_is(state, script);
	scratch_put("fleet/app/compose.yaml", "");
	scratch_put("proc/net/tcp",
	    " 0: 00000000:1F90 00000000:0000 0A 0 0 0 0 0 1\n 1: 00000000:1F91 00000000:0000 0A 0 0 0 0 0 2\n"
	    " 2: 0100007F:1F92 00000000:0000 0A 0 0 0 0 0 3\n");
	buf_printf(&root, "%s/fleet", ((const struct scratch *)*state)->root);
	fleet = (struct held_fleet){ buf_str(&root), folders, 1 };
	assert_int_equal(held_look("proc", &fleet, write_down, &got, &why, &err), 0);
	assert_string_equal(got.ptr, want);
	assert_int_equal(held_look("proc", &fleet, refuse, NULL, &why, &err), -1);
	assert_string_equal(err.what, "no more");
}

static void
what_listens_beside_the_engine_is_told(void **state)
{
	told(state, ENGINE("unix:///run/docker.sock"),
	    "container 0  other: container other (exited)\n"
	    "listener 8081 tcp 8081: something that listens on this host\n"
	    "listener 8082 tcp 8082: something that listens on this host\n"
	    "pool 0  4: the engine's address pools\n"
	    "port 8081 tcp 8081: container other (exited)\n");
}

static void
of_an_engine_elsewhere_it_is_not(void **state)
{
	told(state, ENGINE("ssh://web1"),
	    "container 0  other: container other (exited)\n"
	    "pool 0  4: the engine's address pools\n"
	    "port 8081 tcp 8081: container other (exited)\n");
}

static void
where_no_engine_answers_a_socket_may_be_the_fleets(void **state)
{
	told(state, "#!/bin/sh\nexit 1\n",
	    "socket 8080 tcp 8080: something that listens on this host\n"
	    "socket 8081 tcp 8081: something that listens on this host\n"
	    "socket 8082 tcp 8082: something that listens on this host\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		scratch_test(what_listens_beside_the_engine_is_told),
		scratch_test(of_an_engine_elsewhere_it_is_not),
		scratch_test(where_no_engine_answers_a_socket_may_be_the_fleets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
