/* mask: what an edit touches is shown, and how services are wired; no value that may be a secret is.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "apply/edit.h"
#include "base/error.h"
#include "apply/mask.h"
#include "journal/run.h"

enum { EDITS_MAX = 4 };

/* An edit of a test: the first OLD in the text becomes NEW; without OLD, NEW is a line at the end. */
struct pair {
	const char *old, *new;
};

/* A copy of S with the byte BEHIND it; '\0': with none, so that a sanitizer sees who looks. */
static struct str
copy(struct str s, char behind)
{
	size_t size = s.len + (behind != '\0');
	char *p = malloc(size ? size : 1);

	assert_non_null(p);
	memcpy(p, s.ptr, s.len);
	if (behind)
		p[s.len] = behind;
	return (struct str){ p, s.len };
}

/* What is shown of TEXT, which is F, is WANT, whatever byte stands BEHIND it in memory, and behind a line. */
static void
masks(const struct run_file *f, struct str text, bool is_new, char behind, const char *want)
{
	struct str all = copy(text, behind);
	struct mask *m = mask_open(f, all, is_new);
	AUTO(buf) shown = BUF_INIT;

	for (size_t at = 0, end; at < text.len; at = end) {
		struct str line;

		end = str_find(text, at, '\n') + 1;
		line = copy(str_sub(text, at, end - at), behind);
		mask_line(m, at, line, &shown);
		free((void *)(uintptr_t)line.ptr);
	}
	mask_close(m);
	free((void *)(uintptr_t)all.ptr);
	assert_string_equal(shown.ptr ? shown.ptr : "", want);
}

/* What is shown of TEXT, which is the file NAME with the edits in the order of the text: as it is, or
 * IS_NEW as it will be. */
static void
shows(const char *name, const char *text, const struct pair *pairs, bool is_new, const char *want)
{
	AUTO(buf) after = BUF_INIT;
	AUTO(error) err = ERROR_INIT;
	struct edit edits[EDITS_MAX];
	struct edit_region regions[EDITS_MAX];
	struct run_file f = { .name = str_from(name), .regions = regions };
	struct str s = str_from(text);
	size_t row;

	for (; pairs && pairs->new; pairs++) {
		struct edit *e = &edits[f.edits++];

		*e = (struct edit){ .old = str_from(pairs->old ? pairs->old : ""),
			.new = str_from(pairs->new),
			.is_line = !pairs->old };
		e->span = (struct span){ pairs->old ? str_search(s, 0, e->old) : s.len, e->old.len };
	}
	assert_int_equal(edit_check(s, edits, f.edits, &row, &err), 0);
	edit_apply(s, edits, f.edits, &after, regions);
	if (is_new)
		s = buf_str(&after);
	for (const char *behind = "\n=:-\"' 5#}a\\$@/{";; behind++) {
		masks(&f, s, is_new, *behind, want);
		if (!*behind)
			return;
	}
}

static void
every_value_of_an_env_is_withheld(void **state)
{
	(void)state;
	shows(".env", "A=hunter2\nexport  B = hunter2 # x\n\n  C=\nno key\nD=x", NULL, false,
	    "A=…\nexport  B = …\n\n  C=\n…\nD=…");
	shows("app.env", "A-b.c_1=hunter2\r\n", NULL, false, "A-b.c_1=…\r\n");
	shows(".env.example", "A: hunter2\n", NULL, false, "…\n");
	shows("one.env.yml", "AZaz09: x\nAZaz09=hunter2\n", NULL, false, "…\nAZaz09=…\n");
	shows("env", "A=hunter2\n", NULL, false, "A=…\n");
	shows("nginx.conf", "image: hunter2\n", NULL, false, "…\n");
	shows(".env.yml", "image: hunter2\n=hunter2\n", NULL, false, "…\n…\n");
	shows(".env", "A=x\n  ", NULL, false, "A=…\n  ");
}

static void
odd_lines_show_no_more(void **state)
{
	(void)state;
	shows("compose.yaml", "services:\n  a:\n    ports:\n      -", NULL, false,
	    "services:\n  a:\n    ports:\n      …");
	shows("compose.yaml", "x: 'a\\", NULL, false, "x: …");
	shows("compose.yaml", "a:\n  -  name: b\n  - \n  ", NULL, false, "a:\n  -  name: b\n  - \n  ");
	shows("compose.yaml", ": hunter2\n name:h\n  - name:h\nname:", NULL, false, "…\n …\n  - …\nname:");
	shows(".env", "A=\"hunter2\\", NULL, false, "A=…");
	shows(".env", "A=\"", NULL, false, "A=…");
	shows(".env", "A=x\nB=", NULL, false, "A=…\nB=");
	shows("compose.yaml", "services: &s # all\n  a: !x\n    image: y\n", NULL, false,
	    "services: …\n  a: …\n    image: y\n");
	shows("compose.yaml", "services: &s |\n  a:\n    image: hunter2\n", NULL, false,
	    "services: …\n  a:\n    image: …\n");
	shows("compose.yaml", "services: &s >\n  image: hunter2\n", NULL, false, "services: …\n  image: …\n");
	shows("compose.yaml", "services:\n  a:\n    expose: [80]\n    ports: [\"80:80/sctp\"]\n", NULL, false,
	    "services:\n  a:\n    expose: [80]\n    ports: …\n");
	shows("compose.yaml", "services:\n  a:\n    image: \"nginx:1.25\"  \n    restart: ${}\n", NULL, false,
	    "services:\n  a:\n    image: \"nginx:1.25\"  \n    restart: …\n");
	shows("compose.yaml",
	    "services:\n  a:\n    restart: ${HOW:-no}\n    name: ${A_TOKEN:-x}\n    hostname: ${A:x}\n"
	    "    service: ${A:}\n",
	    NULL, false,
	    "services:\n  a:\n    restart: ${HOW:-no}\n    name: …\n    hostname: …\n    service: …\n");
}

static void
comments_are_withheld_but_for_a_key(void **state)
{
	(void)state;
	shows(".env", "# the ports\n#A=hunter2\n # B=hunter2\n# a: b\n#\n", NULL, false,
	    "# the ports\n#A=…\n # B=…\n# …\n#\n");
	shows(".env", "# hunter2==\n# K=\n# a b=hunter2\n#=hunter2\n", NULL, false, "# …\n# …\n# …\n#…\n");
	shows(
	    "compose.yml", "# The web app's port, twice.\n#  - A=hunter2\n# pass: hunter\n", NULL, false,
	    "# The web app's port, twice.\n#  …\n# …\n");
	/* what is no prose: one word alone, a secret by name, letters with digits in them, long numbers */
	shows("compose.yml",
	    "# hunter\n# the password is hunter\n# it is hunter2\n# call 123456\n# use a1 now\n"
	    "a: # see port 5003\n",
	    NULL, false, "# …\n# …\n# …\n# …\n# …\na: # see port 5003\n");
	shows("compose.yml",
	    "# at port 65535, as it's\n# 80 443\n# two  words\n# a b..?!\n# a b.c\n# a 12x\n# a-b 'c'\n"
	    "# a:b c\n"
	    "# API_TOKEN is\n# 123456 is\n",
	    NULL, false,
	    "# at port 65535, as it's\n# 80 443\n# two  words\n# a b..?!\n# …\n# …\n# a-b 'c'\n"
	    "# …\n# …\n# …\n");
}

static void
a_quoted_value_goes_over_lines(void **state)
{
	(void)state;
	shows(".env", "A=\"one\nB=hunter2\nC\" \nD=x\n", NULL, false, "A=…\n…\n…\nD=…\n");
	shows(".env", "A='one\nB=hunter2'\n# x\n", NULL, false, "A=…\n…\n# …\n");
	/* what looks like a comment or a closing quote inside */
	shows(".env", "A= \"\\\"\n# hunter2\n'\"\n# x\n", NULL, false, "A= …\n…\n…\n# …\n");
	/* what looks like an opening one */
	shows(".env", "A=\"x\nB='y\n\"\n# x\n", NULL, false, "A=…\n…\n…\n# …\n");
	/* no quote is open where the value ends on its line, or begins with something else */
	shows(".env", "A=\"x\"\n# x\nB=x\"\n# x\n", NULL, false, "A=…\n# …\nB=…\n# …\n");
	shows(".env", "A=\"never closed\n# hunter2", NULL, false, "A=…\n…");
}

static void
a_compose_file_shows_how_services_are_wired(void **state)
{
	(void)state;
	shows("compose.yaml",
	    "services:\n  web:\n    image: x:1\n    \"container_name\": one\n    password: hunter2\n", NULL,
	    false, "services:\n  web:\n    image: x:1\n    \"…\n    password: …\n");
	shows("compose.yml",
	    "    ports:\n      - \"127.0.0.1:5003-5004:80/udp\"\n      - ['5003:80']\n      - hunter2\n",
	    NULL, false,
	    "    ports:\n      - \"127.0.0.1:5003-5004:80/udp\"\n      - ['5003:80']\n      - …\n");
	shows("compose.yml",
	    "      - KEY=hunter2\n      - \"KEY=hunter2\"\n      KEY: hunter2\n      - - KEY=x\n", NULL,
	    false, "      - KEY=…\n      - \"KEY=…\n      KEY: …\n      - - KEY=…\n");
	shows("compose.yml",
	    "    ports: [\"${PORT:-5003}:80\", '8003:80']\n      - ${HOST_IP}:${PORT-5003}:80/udp\n"
	    "      - ${DB_PASSWORD:-5003}:80\n      - ${PORT:-hunter2}:80\n      - ${PORT:?hunter}:80\n",
	    NULL, false,
	    "    ports: [\"${PORT:-5003}:80\", '8003:80']\n      - ${HOST_IP}:${PORT-5003}:80/udp\n"
	    "      - …\n      - …\n      - …\n");
	/* a tag is shown where it is a version */
	shows("compose.yml",
	    "image: a/b:1.27\nimage: \"x:3-alpine3.19\"\nimage: h:5000/x:hunter2\nimage: x:12345678\n"
	    "image: me:hunter2@h/x\nimage: ${X:-x:hunter2}\nimage: h/x:latest # hunter2\nimage: x:9f8a7b\n",
	    NULL, false,
	    "image: a/b:1.27\nimage: \"x:3-alpine3.19\"\nimage: …\nimage: x:…\n"
	    "image: …\nimage: …\nimage: h/x:latest # …\nimage: x:…\n");
	/* nothing within braces is looked for; a default is a part of its value */
	shows("compose.yml",
	    "build: {context: ., args: {TOKEN: hunter2}}\nbuild: {context: .}\nprofiles: [a, 'b']\n"
	    "hostname: ${NAME:-a}-x\nhostname: ${A_TOKEN:-hunter}\nhostname: ${NAME:?hunter}\n", NULL, false,
	    "build: …\nbuild: …\nprofiles: …\nhostname: ${NAME:-a}-x\nhostname: …\nhostname: …\n");
	/* below a key of the owner's own nothing is known of a name */
	shows("compose.yml",
	    "configs:\n  - name: a # hunter2\nargs:\n  - name: hunter2\nx-a:\n\n  # b:\n  b:\n"
	    "    name: hunter2\n",
	    NULL, false, "configs:\n  - name: a # …\nargs:\n  - name: …\nx-a:\n\n  # …\n  b:\n    name: …\n");
	shows("compose.yml",
	    "a:\n  b: |\n    name: hunter2\n  name: b\n  c: hunter2\n    name: hunter2\nimage: x://hunter2\n",
	    NULL, false, "a:\n  b: …\n    name: …\n  name: b\n  c: …\n    name: …\nimage: …\n");
	/* a line that says nothing ends nothing */
	shows("compose.yml", "services:\n  web:\n\n    image: x\n# the port\n    name: web\n", NULL, false,
	    "services:\n  web:\n\n    image: x\n# the port\n    name: web\n");
	/* no key without a blank behind the colon, and none in a flow mapping */
	shows("compose.yml", "  - name:hunter2\n  {name: hunter2}\n  name:\n", NULL, false,
	    "  - …\n  …\n  name:\n");
}

static void
what_an_edit_touches_is_shown(void **state)
{
	static const struct pair port[] = { { "5003", "5005" }, { NULL, NULL } };

	(void)state;
	shows(".env", "A=x\nPORT=5003\nB=x\n", port, false, "A=…\nPORT=5003\nB=…\n");
	shows(".env", "A=x\nPORT=5003\nB=x\n", port, true, "A=…\nPORT=5005\nB=…\n");
	shows(".env", "PORT=5003 # hunter2\r\n", port, true, "PORT=5005 …\r\n");
	shows("compose.yml", "  - \"127.0.0.1:5003:80\" # x\n", port, true, "  - \"127.0.0.1:5005:80\" …\n");
	shows("compose.yml", "  - \"5003:80-81\"\n", port, false, "  - \"5003:80-81\"\n");
}

static void
with_the_host_around_it(void **state)
{
	static const struct pair port[] = { { "5003", "5005" }, { NULL, NULL } };
	static const struct pair two[] = { { "5003", "5005" }, { "8003", "8005" }, { NULL, NULL } };

	(void)state;
	shows(".env", "API=http://localhost:5003/hunter2?x=1\n", port, true, "API=http://localhost:5005…\n");
	shows(".env", "API=\"http://localhost:5003\"\n", port, true, "API=\"http://localhost:5005\"\n");
	shows(".env", "API=http://[::1]:5003/\n", port, true, "API=http://[::1]:5005…\n");
	shows(".env", "A=http://h:5003/x,http://i:8003/y\n", two, true, "A=http://h:5005…http://i:8005…\n");
	shows("compose.yml", "  API: x http://h:5003\n", port, true, "  API: …http://h:5005\n");
	shows("compose.yml", "  - ${PORT:-5003}:80\n", port, true, "  - ${PORT:-5005}…\n");
}

/* Of a mapping that an edit is in the rest is shown too: the other ports, the address and the protocol. */
static void
with_the_mapping_around_it(void **state)
{
	static const struct pair port[] = { { "5003", "5005" }, { NULL, NULL } };
	static const struct pair bound[] = { { "0.0.0.0:", "127.0.0.1:" }, { NULL, NULL } };
	static const struct pair inner[] = { { "80", "8080" }, { NULL, NULL } };
	static const struct pair both[] = { { "5003", "5005" }, { "80", "8080" }, { NULL, NULL } };
	static const struct pair all[] = { { "0.0.0.0:", "" }, { "5003", "5005" }, { "80", "8080" },
		{ NULL, NULL } };

	(void)state;
	shows("c.yml", "  - 5003:80/udp\n", port, false, "  - 5003:80/udp\n");
	shows("c.yml", "  - 5003:80/SCTP x\n", port, true, "  - 5005:80/SCTP …\n");
	shows("c.yml", "  - 5003:80/tcp2\n", port, true, "  - 5005:80/tcp…\n");
	shows("c.yml", "  - 5003:80/http\n", port, true, "  - 5005:80…\n");
	shows("c.yml", "  - 5003:80-82\n", port, true, "  - 5005:80-82\n");
	shows("c.yml", "  - 5003:hunter\n", port, true, "  - 5005…\n");
	shows("c.yml", "  - 5003:\n", port, true, "  - 5005…\n");
	shows("c.yml", "  - 5003:", port, true, "  - 5005…");
	shows("c.yml", "  - 5003/udp\n", port, true, "  - 5005/udp\n");
	shows("c.yml", "  - '0.0.0.0:5003-5004:80/udp'\n", bound, true, "  - '127.0.0.1:5003-5004:80/udp'\n");
	shows("c.yml", "  - '0.0.0.0:hunter'\n", bound, true, "  - '127.0.0.1:…\n");
	shows("c.yml", "  - 0.0.0.0:5003\n", bound, true, "  - 127.0.0.1:5003\n");
	shows("c.yml", "  - 5003:80/udp # x\n", both, false, "  - 5003:80/udp …\n");
	shows("c.yml", "  - 5003:80/udp # x\n", both, true, "  - 5005:8080/udp …\n");
	shows("c.yml", "  - '5003:80'\n", both, true, "  - '5005:8080'\n");
	shows("c.yml", "  - 0.0.0.0:5003:80/udp\n", all, false, "  - 0.0.0.0:5003:80/udp\n");
	shows("c.yml", "  - 0.0.0.0:5003:80/udp\n", all, true, "  - 5005:8080/udp\n");
	shows("c.yml", "  - [::1]:80\n", inner, true, "  - [::1]:8080\n");
	shows("c.yml", "  - {a: 80}\n", inner, true, "  - …8080}\n");
}

static void
but_no_user_info_and_nothing_that_runs_into_it(void **state)
{
	static const struct pair port[] = { { "5003", "5005" }, { NULL, NULL } };

	(void)state;
	shows(".env", "DB=postgres://me:hunter2@db:5003/x\n", port, true, "DB=…db:5005…\n");
	shows(".env", "DB=5003:hunter2\n", port, true, "DB=5005…\n");
	shows(".env", "DB=hunter!2:5003\n", port, true, "DB=…5005\n");
	shows(".env", "DB=\"hunter!2:5003\"\n", port, true, "DB=…5005\"\n");
}

static void
lines_with_and_without_edits_in_turn(void **state)
{
	static const struct pair pairs[] = { { "5003", "5" }, { "8003", "80055" }, { NULL, "NEW=one" },
		{ NULL, NULL } };
	static const struct pair port[] = { { "5003", "5" }, { NULL, NULL } };
	static const struct pair gone[] = { { "{{A|", "" }, { "}}", "" }, { NULL, NULL } };
	const char *text = "A=5003\nB=hunter2\nC=8003\nD=hunter2\n";

	(void)state;
	shows(".env", text, pairs, false, "A=5003\nB=…\nC=8003\nD=…\n");
	shows(".env", text, pairs, true, "A=5\nB=…\nC=80055\nD=…\nNEW=one\n");
	/* a placeholder's default stays, and is not shown */
	shows(".env.example", "A={{A|hunter2}}\nB=x\n", gone, false, "A={{A|…}}\nB=…\n");
	shows(".env.example", "A={{A|hunter2}}\nB=x\n", gone, true, "A=…\nB=…\n");
	/* an edit inside a quoted value of several lines */
	shows(".env", "A=\"x\nB=hunter2 h:5003\n\"\n", port, true, "A=…\n…h:5\n…\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_of_an_env_is_withheld),
		cmocka_unit_test(odd_lines_show_no_more),
		cmocka_unit_test(comments_are_withheld_but_for_a_key),
		cmocka_unit_test(a_quoted_value_goes_over_lines),
		cmocka_unit_test(a_compose_file_shows_how_services_are_wired),
		cmocka_unit_test(what_an_edit_touches_is_shown),
		cmocka_unit_test(with_the_host_around_it),
		cmocka_unit_test(with_the_mapping_around_it),
		cmocka_unit_test(but_no_user_info_and_nothing_that_runs_into_it),
		cmocka_unit_test(lines_with_and_without_edits_in_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
