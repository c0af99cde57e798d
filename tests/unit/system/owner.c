/* owner: whose a registry is, and who else could have written it, on a host whose users and groups are the
 * test's.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include <grp.h>
#include <pwd.h>

#include "system/owner.h"

enum { STRANGER = 4711 };

/* The host's users, and who else is in the one group that it has; of that NULL: it has none. */
static struct passwd users[2];
static size_t user_count, next_user;
static char **members;

struct passwd *
getpwnam(const char *name)
{
	for (size_t i = 0; i < user_count; i++)
		if (strcmp(users[i].pw_name, name) == 0)
			return &users[i];
	return NULL;
}

struct passwd *
getpwuid(uid_t uid)
{
	for (size_t i = 0; i < user_count; i++)
		if (users[i].pw_uid == uid)
			return &users[i];
	return NULL;
}

void
setpwent(void)
{
	next_user = 0;
}

struct passwd *
getpwent(void)
{
	return next_user < user_count ? &users[next_user++] : NULL;
}

void
endpwent(void)
{
	next_user = 0;
}

struct group *
getgrgid(gid_t gid)
{
	static struct group g;

	g.gr_gid = gid;
	g.gr_mem = members;
	return members ? &g : NULL;
}

/* The host has us, and a stranger whose own group is OTHER. */
static void
host_of_two(gid_t other)
{
	static char me[] = "me", stranger[] = "stranger";

	users[0] = (struct passwd){ .pw_name = me, .pw_uid = geteuid(), .pw_gid = getegid() };
	users[1] = (struct passwd){ .pw_name = stranger, .pw_uid = STRANGER, .pw_gid = other };
	user_count = 2;
}

/* r.db, which our group may write, is taken; WHY: it is refused, and that is said. */
static void
judged(const char *why)
{
	AUTO(error) err = ERROR_INIT;

	assert_int_equal(owner_check("r.db", &err), why ? -1 : 0);
	if (why)
		scratch_error(&err, "r.db", 0, why);
}

static void
a_group_of_ones_own_is_nobody_else(void **state)
{
	static char me[] = "me", stranger[] = "stranger", unknown[] = "unknown";
	static char *nobody[] = { NULL }, *us[] = { me, NULL }, *both[] = { me, stranger, NULL },
		    *who[] = { unknown, NULL };

	(void)state;
	host_of_two(getegid() + 1);
	scratch_put("r.db", "");
	assert_int_equal(chmod("r.db", 0660), 0);
	members = nobody;
	judged(NULL);
	members = us;
	judged(NULL);
	members = both;
	judged("can be written by others");
	members = who;
	judged("`chmod go-w r.db` ends that");
	members = NULL;
	judged("can be written by others");
	members = nobody;
	host_of_two(getegid());	/* whose own group it is as well */
	judged("can be written by others");
	user_count = 0;		/* and nobody's */
	judged("can be written by others");
	assert_int_equal(chmod("r.db", 0600), 0);
	judged(NULL);
	assert_int_equal(chmod("r.db", 0606), 0);
	judged("can be written by others");
}

static void
a_strangers_file_is_told_with_its_owner(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	host_of_two(getegid() + 1);
	scratch_put("r.db", "");
	assert_int_equal(chown("r.db", STRANGER, (gid_t)-1), 0);
	judged("belongs to user stranger");
	user_count = 1;
	judged("belongs to user 4711");
	/* but for who became root by sudo */
	assert_int_equal(setenv("SUDO_UID", "4711", 1), 0);
	judged(NULL);
	assert_int_equal(setenv("SUDO_UID", "4712", 1), 0);
	judged("belongs to user 4711");
	assert_int_equal(setenv("SUDO_UID", "none", 1), 0);
	judged("belongs to user 4711");
	assert_int_equal(unsetenv("SUDO_UID"), 0);
	assert_false(owner_is_trusted(STRANGER));
}

static void
what_is_no_file_of_ones_own_is_refused(void **state)
{
	(void)state;
	host_of_two(getegid() + 1);
	scratch_put("real", "");
	judged(NULL);	/* what is not there is no error */
	assert_int_equal(symlink("real", "r.db"), 0);
	judged("is a symlink");
	assert_int_equal(unlink("r.db"), 0);
	assert_int_equal(mkfifo("r.db", 0600), 0);
	judged("is not a regular file");
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(a_group_of_ones_own_is_nobody_else),
		scratch_test(a_strangers_file_is_told_with_its_owner),
		scratch_test(what_is_no_file_of_ones_own_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
