/* docker: a `docker` of the test's own, the only one in PATH, which answers as a script of sh says.
 * SPDX-License-Identifier: MIT */
#ifndef TESTS_DOCKER_H
#define TESTS_DOCKER_H

#include "unit/scratch.h"

/* SCRIPT NULL: there is no client. The test's folder is in $ROOT. */
static inline void
docker_is(void **state, const char *script)
{
	const struct scratch *s = *state;
	char path[PATH_MAX + 32];

	(void)snprintf(path, sizeof path, "%s/client:%s", s->root, script ? getenv("PATH") : "/nowhere");
	assert_int_equal(setenv("PATH", path, 1), 0);
	assert_int_equal(setenv("ROOT", s->root, 1), 0);
	if (!script)
		return;
	scratch_put("client/docker", script);
	assert_int_equal(chmod("client/docker", 0755), 0);
}

#endif
