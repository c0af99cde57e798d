/* mention: addresses and containers' names in an app's other files.
 * SPDX-License-Identifier: MIT */
#include "scan/mention.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/path.h"
#include "scan/address.h"
#include "scan/host.h"
#include "scan/inside.h"
#include "scan/texts.h"
#include "scan/writer.h"
#include "system/file.h"
#include "system/folder.h"

enum {
	/* how many bytes before and behind a colon may decide whether it is part of an address */
	CONTEXT = 320,
	BINARY_SEEN = 8192,	/* bytes in which a NUL tells a binary file, as git and grep do */
	/* a file with more mentions is data that nobody keeps by hand; and where the files of an app have too
	 * many, only those with few count */
	MENTIONS_MAX = 1000,
	MENTIONS_FEW = 20
};

struct mention_search {
	int rootfd;
	char *listing;			/* for folder listings */
	struct buf bytes;		/* of the file at hand */
	struct address_finder *finder;
};

int
mention_search_open(
    struct mention_search **ret, int rootfd, const char *const *hosts, size_t count, struct error *err)
{
	struct mention_search *s = mem_zero(1, sizeof *s);

	s->rootfd = rootfd;
	s->listing = mem_alloc(FOLDER_BUFFER);
	if (address_finder_open(&s->finder, hosts, count, err) < 0) {
		mention_search_close(s);
		return -1;
	}
	*ret = s;
	return 0;
}

void
mention_search_close(struct mention_search *s)
{
	if (!s)
		return;
	address_finder_close(s->finder);
	buf_release(&s->bytes);
	free(s->listing);
	free(s);
}

/* Whether PATH is a file that P is read from, or what one of these leads to. */
static bool
is_project_file(const struct project *p, struct str path)
{
	for (size_t i = 0; i < p->file_count; i++) {
		const struct project_file *f = &p->files[i];

		if (str_eq(f->path, path) || str_eq(f->source ? f->source->target : f->target, path))
			return true;
	}
	return false;
}

/* Where a text has bytes that may belong to an address: each is searched for from its last place on. */
struct hints {
	struct str text;
	size_t at, next[4];
};

static const char hint_bytes[] = { ':', '%', '=', ',' };

/* The next place of one of those bytes; the text's end: there is none. */
static size_t
next_hint(struct hints *h)
{
	size_t best = h->text.len;

	for (size_t i = 0; i < sizeof hint_bytes; i++) {
		if (h->next[i] < h->at || h->at == 0)
			h->next[i] = str_find(h->text, h->at, hint_bytes[i]);
		if (h->next[i] < best)
			best = h->next[i];
	}
	h->at = best + 1;
	return best;
}

static bool
is_digit_at(struct str text, size_t at)
{
	return at < text.len && text.ptr[at] >= '0' && text.ptr[at] <= '9';
}

/* Whether the word before the comma at HIT is the host of `server=host,1`. */
static bool
has_key_before(struct str text, size_t hit)
{
	static const struct str of_host = STR_OF(
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-[]");
	size_t start = hit;

	while (start > 0 && hit - start < CONTEXT && str_has(of_host, text.ptr[start - 1]))
		start--;
	return start < hit && start > 0 && (text.ptr[start - 1] == '=' || text.ptr[start - 1] == ':' ||
	    text.ptr[start - 1] == ' ');
}

/* Where what HIT tells of goes on, the port's digits or `//`; 0: it is no address's. */
static size_t
behind_hint(struct str text, size_t hit)
{
	static const struct str port = STR_OF("port");
	size_t behind = hit + 1, start;

	switch (text.ptr[hit]) {
	case '%':
		behind = hit + 3;
		return str_eq_fold(str_sub(text, hit, 3), STR("%3a")) && is_digit_at(text, behind) ? behind
												   : 0;
	case ',':
		return is_digit_at(text, behind) && has_key_before(text, hit) ? behind : 0;
	case '=':
		start = hit > 0 && text.ptr[hit - 1] == ' ' ? hit - 1 : hit;
		behind = str_skip(text, behind, STR(" '\""));
		return is_digit_at(text, behind) && start >= port.len &&
			str_eq_fold(str_sub(text, start - port.len, port.len), port) ? behind : 0;
	default:
		return is_digit_at(text, behind) || str_eq(str_sub(text, hit, 3), STR("://")) ? behind : 0;
	}
}

/* Finds the next address in the text of H. Only the surroundings of what may be part of one are matched: all
 * other text is passed over at the speed of memchr. */
static bool
next_mention(struct mention_search *s, struct hints *h, struct address *ret)
{
	for (size_t hit; (hit = next_hint(h)) < h->text.len; ) {
		AUTO(error) ignored = ERROR_INIT;
		size_t behind = behind_hint(h->text, hit), before = hit > CONTEXT ? hit - CONTEXT : 0;
		struct str around = str_sub(h->text, before, hit - before + CONTEXT);
		struct address_cursor c = ADDRESS_CURSOR_INIT(s->finder, around);

		while (behind && address_next(&c, ret, &ignored) > 0) {
			/* where its digits begin, or the host of an address without them */
			size_t start = before + (ret->digits.len ? ret->digits.off : ret->host.off - 2);

			if (start > behind)
				break;
			if (start < behind)
				continue;
			ret->host.off += before;
			ret->digits.off += before;
			return true;
		}
	}
	return false;
}

/* A file in which something was found. */
struct mention_file {
	struct str path;
	struct text text;
	uint64_t digest;
	bool runs_inside;		/* what it says is done in a container, by its name */
	size_t mentions, most;		/* most: if there are more, none counts */
};

/* A mention AT in F. LIKE: what it names. */
static void
write_mention(struct writer *w, struct mention_file *f, struct span at, struct finding like)
{
	struct finding row = writer_finding(w, FINDING_REFERENCE);

	if (++f->mentions > f->most)
		return;
	row.role = ROLE_MENTION;
	row.origin = ORIGIN_LITERAL;
	row.claim = like.claim;
	row.host_port = like.host_port;
	row.value = like.value;
	row.doubt = like.doubt;
	row.place = (struct place){
		.known = true, .file = f->path, .span = at, .raw = text_span(&f->text, at)
	};
	text_position(&f->text, at.off, &row.place.line, &row.place.column);
	row.has_digest = true;
	row.digest = f->digest;
	writer_write(w, &row);
}

/* Why an address of this machine with PORT may be the container's in F; empty: it is not. */
static struct str
doubt_inside(struct writer *w, const struct mention_file *f, unsigned port)
{
	const struct project_service *s;

	if (f->runs_inside)
		return STR("it may be asked for in the container");
	if (!w->project)
		return STR("");
	s = inside_reader(w->project, f->path, arena_printf(w->arena, "%u", port));
	return !s ? STR("") : arena_printf(w->arena, "%.*s has this file and that port in its container",
	    STR_ARG(s->name));
}

static void
write_address(struct writer *w, struct mention_file *f, const struct address *a)
{
	struct str host = text_span(&f->text, a->host), digits = text_span(&f->text, a->digits);
	struct finding like = { .claim = CLAIM_PORT, .value = host,
		.host_port = { (uint16_t)a->port, (uint16_t)a->port, STR_INIT } };

	if (digits.len)
		like.value = arena_printf(w->arena, "%.*s:%.*s", STR_ARG(host), STR_ARG(digits));
	if (a->begins_range)
		like.doubt = STR(ADDRESS_RANGE_DOUBT);
	else if (inside_judge_run(NULL, host) == INSIDE_SURE)
		like.doubt = doubt_inside(w, f, a->port);
	write_mention(w, f, digits.len ? a->digits : a->host, like);
}

/* Writes where F has NAME, a container's, as a host. */
static void
write_name(struct writer *w, struct mention_file *f, struct str name)
{
	struct str all = text_str(&f->text);

	for (size_t at = str_search(all, 0, name); at < all.len; at = str_search(all, at + name.len, name)) {
		size_t before = at > CONTEXT ? at - CONTEXT : 0;
		struct host_text t = { .text = str_sub(all, before, at - before + name.len + CONTEXT) };
		struct span word = { at - before, name.len };

		if (host_is_word(t.text, word) && host_sense(&t, word) == HOST_SURE)
			write_mention(w, f, (struct span){ at, name.len },
			    (struct finding){ .claim = CLAIM_HOST, .value = name });
	}
}

/* Writes where F has the app's own containers as hosts. What is a service's name as well is that service. */
static void
write_names(struct writer *w, struct mention_file *f)
{
	const struct project *p = w->project;

	for (size_t i = 0; i < p->service_count; i++) {
		struct str name = p->services[i].container_name.text;
		bool is_service = name.len == 0 ||
		    secrets_decide(&w->secrets, p->services[i].container_name);

		for (size_t k = 0; k < p->service_count && !is_service; k++)
			is_service = str_eq(p->services[k].name, name);
		if (!is_service)
			write_name(w, f, name);
	}
}

static bool
runs_inside(struct str name)
{
	return str_starts(name, STR("Dockerfile")) || str_ends(name, STR(".Dockerfile")) ||
	    str_eq(name, STR("Containerfile")) || str_starts(name, STR("docker-entrypoint"));
}

/* Whether TEXT is CSV of berth's own, whatever it is called: each stream and report says whose a row is. */
static bool
is_of_berth(struct str text)
{
	struct str first = str_sub(text, 0, str_find(text, 0, '\n'));

	return str_search(first, 0, STR("model,app_num,")) < first.len;
}

/* Says of FILE, or of all files where it is empty, that what is WHICH does not count. */
static void
pass_over(struct writer *w, struct str file, const char *which)
{
	struct finding f = writer_finding(w, FINDING_WARNING);

	f.place.file = file;
	f.value = str_from(which);
	writer_write(w, &f);
}

/* Writes the mentions in the file at PATH; none and false where there are more than MOST. */
static bool
search_file(struct mention_search *s, struct writer *w, struct str path, size_t most)
{
	AUTO(error) ignored = ERROR_INIT;
	struct mention_file f = { .path = path, .text = TEXT_INIT, .most = most };
	struct hints hints = { STR_INIT, 0, { 0 } };
	struct writer_mark before = writer_mark(w);
	struct address a;

	buf_clear(&s->bytes);
	if (file_read(s->rootfd, path.ptr, MENTION_MAX, &s->bytes, &ignored) != FILE_READ ||
	    s->bytes.len == 0 || is_of_berth(buf_str(&s->bytes)) ||
	    memchr(s->bytes.ptr, '\0', s->bytes.len < BINARY_SEEN ? s->bytes.len : BINARY_SEEN))
		return true;
	text_copy(&f.text, buf_str(&s->bytes));
	f.digest = text_digest(text_str(&f.text));
	f.runs_inside = runs_inside(path_name(path));
	hints.text = buf_str(&s->bytes);
	while (f.mentions <= most && next_mention(s, &hints, &a))
		write_address(w, &f, &a);
	if (w->project)
		write_names(w, &f);
	text_release(&f.text);
	if (f.mentions > most)
		writer_back(w, &before);
	return f.mentions <= most;
}

/* Writes the mentions in those of FILES that have MOST or fewer. False where these are too many for the app:
 * none is written then. */
static bool
search_files(struct mention_search *s, struct writer *w, const struct texts_paths *files, size_t most)
{
	struct writer_mark before = writer_mark(w);

	for (size_t i = 0; i < files->count && !w->is_spent; i++)
		if ((!w->project || !is_project_file(w->project, files->items[i])) &&
		    !search_file(s, w, files->items[i], most) && most == MENTIONS_MAX)
			pass_over(w, files->items[i], "it names more than 1,000 ports and containers, as "
				"data does: none of them counts");
	if (!w->is_spent)
		return true;
	writer_back(w, &before);
	return false;
}

static void
search_all(struct mention_search *s, struct writer *w, struct texts_paths *files)
{
	texts_sort(files);
	if (w->has_too_many || search_files(s, w, files, MENTIONS_MAX))
		return;
	/* what was taken back of an app that is run in several ways counts as told */
	w->has_too_many = w->seen;
	if (!w->seen && search_files(s, w, files, MENTIONS_FEW))
		pass_over(w, (struct str)STR_INIT, "its other files name more ports and containers than "
			"there is room for: of a file with more than 20 none counts");
	else
		pass_over(w, (struct str)STR_INIT, "its other files name more ports and containers than "
			"there is room for: none of them counts");
}

void
mention_write(struct mention_search *s, struct writer *w)
{
	struct texts_paths files = { .arena = w->arena }, folders = { .arena = w->arena };

	texts_list(s->rootfd, s->listing, w->project->folder, true, &files, &folders);
	for (size_t i = 0; i < folders.count; i++)
		texts_list(s->rootfd, s->listing, folders.items[i], false, &files, &folders);
	search_all(s, w, &files);
}

void
mention_write_outside(struct mention_search *s, struct writer *w, struct texts_paths *files)
{
	search_all(s, w, files);
}
