/* finding: written, read back, and refused where a stream is cut short or is none.
 * SPDX-License-Identifier: MIT */
#include "unit/scratch.h"
#include "stream/finding.h"

#include <unistd.h>

#include "base/buf.h"

static const struct finding port = {
	.record = FINDING_PORT,
	.id.model = STR("beta"),
	.id.app_num = 3,
	.app = STR("apps/be,ta\n\"x\"/app3"),
	.service = STR("web"),
	.role = ROLE_FRONTEND,
	.host_ip = STR("127.0.0.1"),
	.host_port = { 8003, 8003, STR_INIT },
	.container_port = STR("80"),
	.protocol = STR("tcp"),
	.value = STR("8003:80"),
	.variable = STR("FRONTEND_PORT"),
	.origin = ORIGIN_ENV,
	.place = { true, STR("apps/\xff/.env"), 6, 15, { 90, 4 }, STR("8003") },
	.has_digest = true,
	.digest = 0x0123456789abcdef,
	.profile = STR("gpu,cpu"),
	.network_mode = STR("bridge"),
	.detail = STR(" kept "),
	.chain = STR("8003 <- .env:6"),
	.site = { true, STR("apps/c.yml"), 9, 10, { 200, 24 }, STR("${FRONTEND_PORT:-8000}") },
	.whole = STR("w"),
	.replicas = STR("2"),
	.alias = { true, STR("apps/c.yml"), 30, 12, { 600, 2 }, STR("*p") },
	.alias_text = STR("[\"1:1\", \"80:80\"]"),
	.alias_at = 9,
	.elsewhere = STR("apps/c.yml:3 the key services.web"),
	.before = STR("127.0.0.1:"),
	.behind = STR(":80/tcp"),
	.rest = STR("mode: \"host\""),
	.heir = { true, STR("apps/c.yml"), 31, 2, { 620, 2 }, STR("*q") },
	.also = { true, STR("apps/o.yml"), 7, 3, { 70, 4 }, STR("8003") },
};

static void
same_place(const struct place *a, const struct place *b)
{
	assert_int_equal(a->known, b->known);
	assert_true(str_eq(a->file, b->file));
	assert_int_equal(a->line, b->line);
	assert_int_equal(a->column, b->column);
	assert_int_equal(a->span.off, b->span.off);
	assert_int_equal(a->span.len, b->span.len);
	assert_true(str_eq(a->raw, b->raw));
}

static void
every_column_is_read_back(void **state)
{
	FILE *f = tmpfile();
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(stream_writer) w = finding_writer_open(f);
	AUTO_PTR(finding_reader) r = NULL;
	struct finding got,
	    start = { .record = FINDING_FLEET, .value = STR("/srv"), .detail = STR("berth 1 stream 1"),
		.root_id = STR("d7-i8"), .host = STR("h1"), .scanned = STR("2026-11-27T00:00:00Z"),
		.asked = STR("--host --secrets") },
	    end = { .record = FINDING_END, .value = STR("3") },
	    bare = { .record = FINDING_GAP, .app = STR(".") };

	(void)state;
	finding_write_header(w);
	finding_write(w, &start);
	finding_write(w, &port);
	finding_write(w, &bare);
	finding_write(w, &end);
	assert_int_equal(stream_flush(w, &err), 0);
	assert_int_equal(lseek(fileno(f), 0, SEEK_SET), 0);
	assert_int_equal(finding_reader_open(&r, fileno(f), "in", 0, &err), 0);
	assert_string_equal(finding_reader_root(r).ptr, "/srv");
	assert_true(str_eq(finding_reader_version(r), STR("berth 1 stream 1")));
	assert_true(str_eq(finding_reader_root_id(r), STR("d7-i8")));
	assert_true(str_eq(finding_reader_host(r), STR("h1")));
	assert_true(str_eq(finding_reader_scanned(r), STR("2026-11-27T00:00:00Z")));
	assert_true(str_eq(finding_reader_asked(r), STR("--host --secrets")));
	assert_int_equal(finding_next(r, &got, &err), 1);
	assert_int_equal(got.record, FINDING_PORT);
	assert_int_equal(got.id.app_num, 3);
	assert_int_equal(got.origin, ORIGIN_ENV);
	assert_int_equal(got.role, ROLE_FRONTEND);
	assert_true(port_range_eq(got.host_port, port.host_port));
	assert_true(got.has_digest && got.digest == port.digest);
	same_place(&got.place, &port.place);
	same_place(&got.site, &port.site);
	same_place(&got.alias, &port.alias);
	same_place(&got.heir, &port.heir);
	same_place(&got.also, &port.also);
	assert_true(str_eq(got.elsewhere, port.elsewhere));
	assert_true(str_eq(got.alias_text, port.alias_text));
	assert_int_equal(got.alias_at, port.alias_at);
	{
		const struct str pairs[][2] = {
			{ got.id.model, port.id.model }, { got.app, port.app }, { got.service, port.service },
			{ got.host_ip, port.host_ip },
			{ got.container_port, port.container_port },
			{ got.protocol, port.protocol }, { got.value, port.value },
			{ got.variable, port.variable },
			{ got.profile, port.profile }, { got.network_mode, port.network_mode },
			{ got.detail, port.detail },
			{ got.chain, port.chain }, { got.whole, port.whole }, { got.replicas, port.replicas },
			{ got.before, port.before }, { got.behind, port.behind },
			{ got.rest, port.rest },
		};

		for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
			assert_true(str_eq(pairs[i][0], pairs[i][1]));
	}
	assert_int_equal(finding_next(r, &got, &err), 1);
	assert_int_equal(got.record, FINDING_GAP);
	assert_false(got.place.known || got.site.known || got.has_digest);
	assert_int_equal(finding_next(r, &got, &err), 0);
	(void)fclose(f);
}

/* Reads TEXT to its end: the number of findings, or -1. */
static int
reads(const char *text, bool partial, struct error *err)
{
	FILE *f = scratch_input(text);
	AUTO_PTR(finding_reader) r = NULL;
	struct finding got;
	int n = 0, more = -1;

	if (finding_reader_open(&r, fileno(f), "in", partial ? FINDING_TAKES_PARTIAL : 0, err) == 0)
		while ((more = finding_next(r, &got, err)) > 0)
			n++;
	(void)fclose(f);
	return more < 0 ? -1 : n;
}

#define HEAD "record,model,app_num,app,value,file,offset,length\n"
#define FLEET "fleet,,,,/srv,,,\n"
#define APP "app,m,1,m,m,,,\n"

static void
damage_is_named(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ HEAD FLEET APP, "stop early" },
		{ HEAD FLEET APP "end,,,,3,,,\n", "rows are missing" },
		{ HEAD FLEET APP "end,,,,,,,\n", "rows are missing" },
		{ HEAD FLEET "end,,,,1,,,\n" APP, "behind the end" },
		{ HEAD FLEET FLEET "end,,,,2,,,\n", "second fleet" },
		{ HEAD APP "end,,,,1,,,\n", "fleet record" },
		{ HEAD "fleet,,,,srv,,,\n", "fleet record" },
		{ HEAD, "did scan fail" },
		{ "action,model\n", "no column 'record'" },
		{ HEAD FLEET "port,m,x,m,8,f,1,1\nend,,,,2,,,\n", "column app_num" },
		{ HEAD FLEET "port,m,1,m,8,f,-1,1\nend,,,,2,,,\n", "column offset" },
		{ HEAD FLEET "port,m,1,m,8,f,1,99999999999999999999\nend,,,,2,,,\n", "column length" },
		{ "", "in" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		AUTO(error) err = ERROR_INIT;

		assert_int_equal(reads(cases[i].text, false, &err), -1);
		if (!strstr(err.what, cases[i].why) && !(err.file && strstr(err.file, cases[i].why)))
			fail_msg("case %zu: %s", i, err.what);
	}
}

static void
a_part_is_taken_on_purpose(void **state)
{
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(reads(HEAD FLEET APP, true, &err), 1);
	assert_int_equal(reads(HEAD FLEET APP "end,,,,7,,,\n", true, &err), 1);
	assert_int_equal(reads(HEAD APP, true, &err), -1);
}

/* The first finding of TEXT. Each kind has the same twin, unnamed or key in all streams here. */
static void
one(const char *text, struct finding *ret)
{
	FILE *f = scratch_input(text);
	AUTO(error) err = ERROR_INIT;
	AUTO_PTR(finding_reader) r = NULL;

	assert_int_equal(finding_reader_open(&r, fileno(f), "in", FINDING_TAKES_PARTIAL, &err), 0);
	assert_int_equal(finding_next(r, ret, &err), 1);
	assert_true(str_eq(ret->twin, ret->record == FINDING_APP ? STR("a/app1") : STR("")));
	assert_true(str_eq(ret->unnamed, ret->record == FINDING_PROJECT ? STR("web,db") : STR("")));
	assert_true(str_eq(ret->key, ret->role == ROLE_ADDRESS ? STR("URL") : STR("")));
	(void)fclose(f);
}

#define OLD "record,model,app_num,app,role,value,file,offset,length,detail\nfleet,,,,,/srv,,,,\n"
#define NEW "record,model,app_num,app,role,value,file,offset,length,detail,twin,is_folder,unnamed,key," \
	"follows\nfleet,,,,,/srv,,,,,,,,,\n"

static void
the_detail_counts_in_old_streams_alone(void **state)
{
	static const char *const old[] = { "app,m,1,m,,m,,,,same identity as a/app1\n",
		"project,m,1,m,,p,,,,\"web,db\"\n", "use,m,1,m,address,v,,,,URL\n" };
	static const char *const new[] = { "app,m,1,m,,m,,,,why,a/app1,,,,\n",
		"project,m,1,m,,p,,,,why,,,\"web,db\",,\n", "use,m,1,m,address,v,,,,why,,,,URL,\n" };
	struct finding f;
	char text[400];

	(void)state;
	for (size_t i = 0; i < sizeof old / sizeof *old; i++) {
		(void)snprintf(text, sizeof text, "%s%s", OLD, old[i]);
		one(text, &f);
		(void)snprintf(text, sizeof text, "%s%s", NEW, new[i]);
		one(text, &f);
	}
	one(OLD "file,m,1,m,env,,m/.env,,,folder\n", &f);
	assert_true(f.is_folder);
	one(NEW "file,m,1,m,env,,m/.env,,,folder,,,,,\n", &f);
	assert_false(f.is_folder);
	one(NEW "file,m,1,m,env,,m/.env,,,,,yes,,,\n", &f);
	assert_true(f.is_folder);
	one(OLD "use,m,1,m,container,v,,,,\n", &f);
	assert_true(f.follows);
	one(OLD "use,m,1,m,container,v,,,,a label\n", &f);
	assert_false(f.follows);
	one(NEW "use,m,1,m,container,v,,,,,,,,,\n", &f);
	assert_false(f.follows);
	one(NEW "use,m,1,m,container,v,,,,a label,,,,,yes\n", &f);
	assert_true(f.follows);
	{
		AUTO(error) err = ERROR_INIT;

		assert_int_equal(reads(NEW "use,m,1,m,container,v,,,,,,,,,no\n", true, &err), -1);
		scratch_error(&err, "in", 3, "column follows holds 'no'");
	}
}

static void
roles_stand_in_the_order_of_their_words(void **state)
{
	struct finding other = { .role = ROLE_OTHER, .other_role = STR("expose") };

	(void)state;
	for (int role = ROLE_NONE; role < ROLE_OTHER; role++) {
		struct str word = finding_role_name((enum finding_role)role);

		assert_int_equal(finding_role_of(word), role);
		if (role > ROLE_NONE)
			assert_true(str_cmp(finding_role_name((enum finding_role)(role - 1)), word) < 0);
	}
	assert_int_equal(finding_role_of(other.other_role), ROLE_OTHER);
	assert_true(str_eq(finding_role_word(&other), STR("expose")));
}

static void
what_is_new_is_passed_over(void **state)
{
	AUTO(error) err = ERROR_INIT;

	(void)state;
	assert_int_equal(
	    reads("later,length,offset,file,value,app,app_num,model,record\r\n,,,,/srv,,,,fleet\r\n"
		  "?,,,,m,m,1,m,app\r\n?,,,,m,m,1,m,wonder\r\n,,,,3,,,,end\r\n",
		false, &err),
	    1);
}

/* --- many streams --- */

static const char FIRST_HEADER[] = "record,model,app_num,app,value,file,offset,length,detail,host\n";
static const char NEWER[] = "record,model,app_num,app,value,file,offset,length,detail,host,later\n";

/* The hosts of the streams that are whole, each with the count of its findings; a ! for each that is not. */
static void
read_many(FILE *f, struct buf *ret)
{
	AUTO_PTR(finding_reader) r = NULL;
	int got;

	rewind(f);
	finding_reader_open_many(&r, fileno(f), "in", false);
	for (;;) {
		AUTO(error) err = ERROR_INIT;
		struct finding f1;
		size_t n = 0;

		got = finding_reader_restart(r, &err);
		if (got == 0)
			return;
		while (got > 0 && (got = finding_next(r, &f1, &err)) > 0)
			n++;
		if (got < 0)
			buf_add_char(ret, '!');
		else
			buf_printf(ret, "%.*s%zu ", STR_ARG(finding_reader_host(r)), n);
	}
}

static void
put_one(FILE *f, const char *head, const char *host, const char *tail)
{
	(void)fprintf(f, "%sfleet,,,,/srv,,,,\"v\n1\",%s%s\n", head, host, tail);
	(void)fprintf(f, "problem,m,1,m/a,\"a \"\"b\"\", c\",,,,,%s\n", tail);
	(void)fprintf(f, "problem,m,2,m/b,plain,,,,,%s\n", tail);
	(void)fprintf(f, "end,,,,3,,,,,%s\n", tail);
}

static void
streams_follow_one_another(void **state)
{
	AUTO(buf) got = BUF_INIT;
	FILE *f = tmpfile();

	(void)state;
	put_one(f, FIRST_HEADER, "h1", "");
	put_one(f, NEWER, "h2", ",");
	(void)fputs("\xef\xbb\xbf", f);
	put_one(f, FIRST_HEADER, "h3", "");
	read_many(f, &got);
	assert_string_equal(got.ptr, "h12 h22 h32 ");
	(void)fclose(f);
}

static void
each_stream_says_of_itself_whether_it_is_part(void **state)
{
	static const char one[] = "record,model,app_num,app,value,file,offset,length,detail,part\n"
	    "fleet,,,,/srv,,,,v,%s\nend,,,,1,,,,,\n";
	AUTO_PTR(finding_reader) r = NULL;
	AUTO(error) err = ERROR_INIT;
	struct finding none;
	FILE *f = tmpfile();

	(void)state;
	(void)fprintf(f, one, "listed");
	(void)fprintf(f, one, "");
	rewind(f);
	finding_reader_open_many(&r, fileno(f), "in", false);
	assert_int_equal(finding_reader_restart(r, &err), 1);
	assert_true(finding_reader_is_part(r));
	assert_int_equal(finding_next(r, &none, &err), 0);
	assert_int_equal(finding_reader_restart(r, &err), 1);
	assert_false(finding_reader_is_part(r));
	(void)fclose(f);
}

/* The first stream is cut at each of its bytes: the others come out whole. */
static void
a_stream_that_was_cut_costs_no_other(void **state)
{
	FILE *f = tmpfile(), *one = tmpfile();
	char bytes[1000];
	size_t len;

	(void)state;
	put_one(one, FIRST_HEADER, "h1", "");
	rewind(one);
	len = fread(bytes, 1, sizeof bytes, one);
	for (size_t cut = 1; cut < len; cut++) {
		AUTO(buf) got = BUF_INIT;

		rewind(f);
		assert_int_equal(ftruncate(fileno(f), 0), 0);
		(void)fwrite(bytes, 1, cut, f);
		put_one(f, NEWER, "h2", ",");
		put_one(f, FIRST_HEADER, "h3", "");
		(void)fflush(f);
		read_many(f, &got);
		/* where it ends with the end record, its line's end alone is missing, or its count */
		if (strcmp(got.ptr, "!h22 h32 ") != 0)
			fail_msg("cut at %zu: %s", cut, got.ptr);
	}
	(void)fclose(f);
	(void)fclose(one);
}

static void
the_last_one_may_be_cut_too(void **state)
{
	AUTO(buf) got = BUF_INIT;
	FILE *f = tmpfile();

	(void)state;
	put_one(f, FIRST_HEADER, "h1", "");
	(void)fputs(FIRST_HEADER, f);
	put_one(f, FIRST_HEADER, "h2", "");
	(void)fprintf(f, "%sfleet,,,,/srv,,,,1,h3\nproblem,m,1,m/a,\"a", FIRST_HEADER);
	read_many(f, &got);
	assert_string_equal(got.ptr, "h12 !h22 !");
	(void)fclose(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_column_is_read_back),
		cmocka_unit_test(damage_is_named),
		cmocka_unit_test(a_part_is_taken_on_purpose),
		cmocka_unit_test(the_detail_counts_in_old_streams_alone),
		cmocka_unit_test(roles_stand_in_the_order_of_their_words),
		cmocka_unit_test(what_is_new_is_passed_over),
		cmocka_unit_test(streams_follow_one_another),
		cmocka_unit_test(each_stream_says_of_itself_whether_it_is_part),
		cmocka_unit_test(a_stream_that_was_cut_costs_no_other),
		cmocka_unit_test(the_last_one_may_be_cut_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
