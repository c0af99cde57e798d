/* mark: a fleet bears whose run is open on it, and two registries never have one there at once.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"

#include "unit/fault.h"

#include "journal/journal.h"
#include "journal/mark.h"

#define NAME ".berth-0000000000000000-0-0.tmp"
#define STRANGER "/elsewhere/x.db.runs\n0123456789abcdef\n"

/* The registry r.db, a run of apps m/app1/web and m/app2 on fleet, and fleet's descriptor. */
struct made {
	struct journal *j;
	struct run run;
	int root;
};

static void
made_release(struct made *m)
{
	journal_close(m->j);
	run_release(&m->run);
	assert_int_equal(close(m->root), 0);
}
MEM_AUTO(made);

static void
make(struct made *m, const struct scratch *s)
{
	AUTO(error) err = ERROR_INIT;

	*m = (struct made){ .run = RUN_INIT };
	scratch_put("fleet/mod/app1/web/c", "");
	scratch_put("fleet/mod/app2/c", "");
	assert_int_equal(journal_open(&m->j, "r.db", true, &err), 0);
	m->root = open("fleet", O_RDONLY | O_DIRECTORY);
	m->run.root = arena_printf(&m->run.arena, "%s/fleet", s->root);
	m->run.token = STR("abcdefabcdefabcd");
	m->run.apps = arena_zero(&m->run.arena, 4, sizeof *m->run.apps);
	m->run.count = 3;
	m->run.apps[3].folder = STR("n"); /* none of its apps */
	m->run.apps[0].folder = STR("mod/app1/web");
	m->run.apps[1].folder = STR("mod/app2");
	m->run.apps[2].folder = STR(".");
}

static size_t
count(const char *pattern)
{
	AUTO(buf) command = BUF_INIT;
	size_t n;
	FILE *p;

	buf_printf(&command, "ls -d %s 2>/dev/null | wc -l", pattern);
	p = popen(command.ptr, "r");
	assert_int_equal(fscanf(p, "%zu", &n), 1);
	(void)pclose(p);
	return n;
}

static void
it_names_the_journal_and_the_token(void **state)
{
	AUTO(made) m;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) want = BUF_INIT;

	make(&m, *state);
	scratch_put("fleet/.berth-abcdefabcdefabcd-mark.tmp", "of a process that was killed");
	buf_printf(&want, "%s/r.db.runs\nabcdefabcdefabcd\n", ((struct scratch *)*state)->root);
	for (int again = 0; again < 2; again++) { /* a run of its own is no hindrance */
		assert_int_equal(mark_put(m.j, &m.run, m.root, &err), 0);
		scratch_holds("fleet/" NAME, want.ptr);
		assert_int_equal(count("fleet/.berth-*"), 1);
	}
	mark_remove(m.root);
	assert_int_equal(count("fleet/.berth-*"), 0);
	mark_remove(m.root);
}

/* A stranger's mark at PATH is refused, and stays. */
static void
refuses(struct made *m, const char *path, const char *place)
{
	AUTO(error) err = ERROR_INIT;

	scratch_put(path, STRANGER);
	assert_int_equal(mark_put(m->j, &m->run, m->root, &err), -1);
	scratch_error(&err, place, 0, "berth apply --resume --db /elsewhere/x.db`");
	scratch_holds(path, STRANGER);
	assert_int_equal(
	    count("fleet/.berth-* fleet/*/.berth-* fleet/*/*/.berth-* fleet/*/*/*/.berth-* .berth-*"), 1);
	assert_int_equal(unlink(path), 0);
}

static void
a_strangers_is_refused_wherever_two_runs_could_meet(void **state)
{
	const struct scratch *s = *state;
	AUTO(made) m;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) above = BUF_INIT;

	make(&m, s);
	buf_printf(&above, "%s/" NAME, s->root);
	refuses(&m, "fleet/" NAME, m.run.root.ptr);
	refuses(&m, NAME, above.ptr);
	refuses(&m, "fleet/mod/" NAME, "mod/" NAME);
	refuses(&m, "fleet/mod/app1/" NAME, "mod/app1/" NAME);
	refuses(&m, "fleet/mod/app1/web/" NAME, "mod/app1/web/" NAME);
	refuses(&m, "fleet/mod/app2/" NAME, "mod/app2/" NAME);
	scratch_put("fleet/n/" NAME, STRANGER); /* none of the run's apps lies there */
	scratch_put("fleet/mod/app2/below/" NAME, STRANGER);
#ifdef __linux__
	faults[0] = (struct fault){ FAULT_OPEN, "mod/" NAME, .errnum = 0 };
#endif
	assert_int_equal(mark_put(m.j, &m.run, m.root, &err), 0);
#ifdef __linux__
	assert_int_equal(faults[0].hits, 1); /* once for all below it */
	(void)memset(faults, 0, sizeof faults);
#endif
	scratch_put("fleet/mod/" NAME, "/elsewhere/of-another-name\n0123456789abcdef\n");
	assert_int_equal(mark_put(m.j, &m.run, m.root, &err), -1);
	scratch_error(&err, "mod/" NAME, 0, "--db /elsewhere/of-another-name`");
	scratch_put("fleet/mod/" NAME, "\n0123456789abcdef\n");
	assert_int_equal(mark_put(m.j, &m.run, m.root, &err), -1);
	scratch_error(&err, "mod/" NAME, 0, "--db ''`");
}

static void
what_says_nothing_is_none(void **state)
{
	static const char *const texts[] = { "", "\n", "/elsewhere/x.db.runs", "/elsewhere/x.db.runs\n \n",
		"/elsewhere/x.db.runs\nabcdefabcdefabcd\n", NULL };
	AUTO(made) m;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) own = BUF_INIT, large = BUF_INIT;

	make(&m, *state);
	buf_printf(&own, "%s/r.db.runs\n0123456789abcdef\n", ((struct scratch *)*state)->root);
	buf_add_str(&large, STR(STRANGER));
	while (large.len < 9000)
		buf_add_char(&large, '\n');
	for (size_t i = 0; i < sizeof texts / sizeof *texts + 1; i++) {
		const char *text = i == sizeof texts / sizeof *texts ? large.ptr
		    : texts[i]                                       ? texts[i]
								     : own.ptr;

		scratch_put("fleet/" NAME, text);
		scratch_put("fleet/mod/" NAME, text);
		scratch_put(NAME, text);
		assert_int_equal(mark_put(m.j, &m.run, m.root, &err), 0);
		scratch_holds("fleet/mod/" NAME, text);
	}
	assert_int_equal(unlink("fleet/mod/" NAME), 0);
	assert_int_equal(mkfifo("fleet/mod/" NAME, 0600), 0); /* nobody waits for its other end */
	assert_int_equal(unlink(NAME), 0);
	scratch_put("x", STRANGER);
	assert_int_equal(symlink("x", NAME), 0);
	assert_int_equal(mark_put(m.j, &m.run, m.root, &err), 0);
}

static void
who_is_going_to_write_asks_first(void **state)
{
	const struct scratch *s = *state;
	AUTO(made) m;
	AUTO(error) err = ERROR_INIT;
	AUTO(buf) below = BUF_INIT;

	make(&m, s);
	buf_printf(&below, "%s/mod", m.run.root.ptr);
	assert_int_equal(mark_refuse("other.db", m.run.root.ptr, &err), 0);
	assert_int_equal(mark_put(m.j, &m.run, m.root, &err), 0);
	assert_int_equal(mark_refuse("r.db", m.run.root.ptr, &err), 0);
	assert_int_equal(mark_refuse("r.db", below.ptr, &err), 0);
	assert_int_equal(mark_refuse("r.db", s->root, &err), 0);
	assert_int_equal(mark_refuse("other.db", s->root, &err), 0);
	assert_int_equal(mark_refuse("other.db", m.run.root.ptr, &err), -1);
	error_release(&err);
	assert_int_equal(mark_refuse("other.db", below.ptr, &err), -1);
	below.len = 0;
	buf_printf(&below, "%s/" NAME, m.run.root.ptr);
	scratch_error(&err, below.ptr, 0, "nothing else is done before");
}

#ifdef __linux__
static void
calls_fail(void **state)
{
	static const struct {
		struct fault fault;
		const char *error; /* NULL: it is well all the same */
		bool is_marked;
	} cases[] = {
		{ { FAULT_CREATE, "-mark.tmp", .errnum = EROFS }, NULL, false },
		{ { FAULT_WRITE, "-mark.tmp", .errnum = ENOSPC }, "cannot mark the fleet's root", false },
		{ { FAULT_SYNC, "-mark.tmp", .errnum = EIO }, "cannot mark the fleet's root", false },
		{ { FAULT_CLOSE, "-mark.tmp", EDQUOT, .is_done = true }, "cannot mark the fleet's root",
		    false },
		{ { FAULT_RENAME_NEW, NULL, .errnum = EIO }, "cannot mark the fleet's root", false },
		{ { FAULT_RENAME_NEW, NULL, .errnum = EEXIST }, NULL, true },
		{ { FAULT_RENAME_NEW, NULL, EEXIST, .times = 99 }, NULL, true },
		{ { FAULT_RENAME_NEW, NULL, EEXIST, .times = 100 }, "others do all the time", false },
		{ { FAULT_SYNC, "fleet", .errnum = EINVAL, .skip = 1 }, NULL, true },
	};
	AUTO(made) m;
	AUTO(error) err = ERROR_INIT;

	make(&m, *state);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		faults[0] = cases[i].fault;
		assert_int_equal(mark_put(m.j, &m.run, m.root, &err), cases[i].error ? -1 : 0);
		assert_true(faults[0].hits > 0);
		(void)memset(faults, 0, sizeof faults);
		if (cases[i].error) {
			assert_int_equal(
			    err.errnum, cases[i].fault.errnum == EEXIST ? 0 : cases[i].fault.errnum);
			scratch_error(&err, m.run.root.ptr, 0, cases[i].error);
		}
		assert_int_equal(access("fleet/" NAME, F_OK) == 0, cases[i].is_marked);
		assert_int_equal(count("fleet/.berth-*"), cases[i].is_marked);
		mark_remove(m.root);
	}
	/* what was in the way and is gone may be another's by now */
	faults[0] = (struct fault){ FAULT_RENAME_NEW, .errnum = EEXIST };
	faults[1] = (struct fault){ FAULT_UNLINK, NAME, .errnum = 0 };
	assert_int_equal(mark_put(m.j, &m.run, m.root, &err), 0);
	assert_int_equal(faults[1].hits, 0);
	(void)memset(faults, 0, sizeof faults);
	mark_remove(m.root);
	/* a root that cannot be written bears none, but a stranger's is met */
	scratch_put("fleet/" NAME, STRANGER);
	faults[0] = (struct fault){ FAULT_CREATE, "-mark.tmp", .errnum = EROFS };
	assert_int_equal(mark_put(m.j, &m.run, m.root, &err), -1);
	(void)memset(faults, 0, sizeof faults);
	scratch_error(&err, m.run.root.ptr, 0, "open in another registry");
	/* one that stays at the first try is tried again, but for that nothing is asked twice */
	for (int i = 0; i < 3; i++) {
		faults[0] = (struct fault){ FAULT_UNLINK, NAME, .errnum = i == 0 ? EIO : 0 };
		errno = EIO; /* of whatever was before */
		mark_remove(m.root);
		assert_int_equal(faults[0].hits, i == 0 ? 2 : 1);
		(void)memset(faults, 0, sizeof faults);
		assert_int_equal(count("fleet/.berth-*"), 0);
		if (i == 0)
			scratch_put("fleet/" NAME, STRANGER);
	}
}

static void
put_meanwhile(void)
{
	scratch_put("fleet/" NAME, STRANGER);
}

/* Of two registries that begin at once the second finds the mark of the first. */
static void
the_second_finds_the_first(void **state)
{
	AUTO(made) m;
	AUTO(error) err = ERROR_INIT;

	make(&m, *state);
	faults[0] = (struct fault){ FAULT_RENAME_NEW, .before = put_meanwhile };
	assert_int_equal(mark_put(m.j, &m.run, m.root, &err), -1);
	(void)memset(faults, 0, sizeof faults);
	scratch_error(&err, m.run.root.ptr, 0, "open in another registry");
	scratch_holds("fleet/" NAME, STRANGER);
	assert_int_equal(count("fleet/.berth-*"), 1);
}
#endif

/* A mark counts where somebody who is trusted left it, or the owner of the fleet's root. */
static void
it_counts_by_its_owner(void **state)
{
	static const struct {
		uid_t mark, root;
		bool counts;
	} cases[] = { { 0, 0, true }, { 65534, 0, false }, { 65534, 65534, true }, { 0, 65534, true },
		{ 65534, 65533, false } };
	AUTO(made) m;
	AUTO(error) err = ERROR_INIT;

	make(&m, *state);
	for (size_t i = 0; i < sizeof cases / sizeof *cases && geteuid() == 0 && !getenv("SUDO_UID"); i++) {
		scratch_put("fleet/mod/" NAME, STRANGER);
		assert_int_equal(chown("fleet/mod/" NAME, cases[i].mark, 0), 0);
		assert_int_equal(chown("fleet", cases[i].root, 0), 0);
		assert_int_equal(mark_put(m.j, &m.run, m.root, &err), cases[i].counts ? -1 : 0);
		error_release(&err);
		assert_int_equal(unlink("fleet/mod/" NAME), 0);
		mark_remove(m.root);
	}
}

/* A run that meets a stranger's mark comes to nothing; one that was interrupted before stays so. */
static void
a_run_begins_with_its_mark(void **state)
{
	static const struct {
		enum run_direction direction;
		bool is_retry;
		enum journal_state wanted;
	} cases[] = { { RUN_FORWARD, false, JOURNAL_UNDONE }, { RUN_FORWARD, true, JOURNAL_COMMITTING },
		{ RUN_BACK, false, JOURNAL_DONE }, { RUN_BACK, true, JOURNAL_UNDOING } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (int stranger = 0; stranger < 2; stranger++) {
			AUTO(made) m;
			AUTO(arena) a = ARENA_INIT;
			AUTO(error) err = ERROR_INIT;
			struct journal_entry *entries;
			size_t n;

			make(&m, *state);
			m.run.count = 0;
			m.run.plan = STR("p");
			if (cases[i].direction == RUN_BACK || cases[i].is_retry)
				assert_int_equal(journal_record(m.j, &m.run, &err), 0);
			m.run.is_retry = cases[i].is_retry;
			if (stranger)
				scratch_put("fleet/" NAME, STRANGER);
			assert_int_equal(
			    journal_begin(m.j, &m.run, cases[i].direction, m.root, &err), stranger ? -1 : 0);
			error_release(&err);
			assert_int_equal(m.run.id == 0, stranger);
			assert_int_equal(journal_entries(m.j, &a, &entries, &n, &err), 0);
			assert_int_equal(entries[0].state,
			    stranger                             ? cases[i].wanted
				: cases[i].direction == RUN_BACK ? JOURNAL_UNDOING
								 : JOURNAL_COMMITTING);
			mark_remove(m.root);
		}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		scratch_test(it_names_the_journal_and_the_token),
		scratch_test(a_strangers_is_refused_wherever_two_runs_could_meet),
		scratch_test(what_says_nothing_is_none),
		scratch_test(who_is_going_to_write_asks_first),
#ifdef __linux__
		scratch_test(calls_fail),
		scratch_test(the_second_finds_the_first),
#endif
		scratch_test(it_counts_by_its_owner),
		scratch_test(a_run_begins_with_its_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
