/* diff: what a run would change, as a unified diff.
 * SPDX-License-Identifier: MIT */
#include "apply/diff.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "apply/edit.h"
#include "apply/mask.h"
#include "base/buf.h"
#include "base/display.h"
#include "base/error.h"

enum { CONTEXT = 3 };

/* One side of a diff, by lines; zeroed before. */
struct side {
	struct str text;
	size_t *starts;			/* where each line begins; the last one is the text's length */
	size_t line_count;
};

/* COUNT lines of a side, from FIRST on. */
struct lines {
	size_t first, count;
};

struct hunk_change {
	struct lines old, new;
};

struct diff {
	struct buf *out;
	const struct run_file *file;
	struct side old, new;
	struct hunk_change *changes;
	size_t count;
	struct mask *mask_old, *mask_new;	/* NULL: all is shown */
};

static void
side_init(struct side *s, struct str text)
{
	size_t cap = 0;

	s->text = text;
	for (size_t at = 0; at < text.len; at = str_find(text, at, '\n') + 1) {
		MEM_GROW(s->starts, s->line_count, cap);
		s->starts[s->line_count++] = at;
	}
	MEM_GROW(s->starts, s->line_count, cap);
	s->starts[s->line_count] = text.len;
}

/* The line that byte OFF is in; line_count at the end of a text whose last line is ended. */
static size_t
line_of(const struct side *s, size_t off)
{
	size_t lo = 0, hi = s->line_count;

	if (off == s->text.len && (off == 0 || s->text.ptr[off - 1] == '\n'))
		return s->line_count;
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->starts[mid] <= off)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

static bool
is_boundary(struct str text, size_t off)
{
	return off == 0 || text.ptr[off - 1] == '\n';
}

/* The line behind the last one that a region which ends at OFF touches. WHOLE: the region ends where a line
 * does on both sides. */
static size_t
line_behind(const struct side *s, size_t off, bool whole)
{
	size_t line = line_of(s, off);

	return whole || line == s->line_count ? line : line + 1;
}

/* Makes changes of whole lines from the regions, which are of bytes; regions on the same line, or on
 * neighbouring ones, become one change. */
static void
find_changes(struct diff *d)
{
	const struct run_file *f = d->file;

	d->changes = mem_zero(f->edits, sizeof *d->changes);
	for (size_t i = 0; i < f->edits; i++) {
		struct span o = f->regions[i].old, n = f->regions[i].new;
		bool whole = is_boundary(d->old.text, span_end(o)) && is_boundary(d->new.text, span_end(n));
		size_t old_first = line_of(&d->old, o.off), new_first = line_of(&d->new, n.off);
		size_t old_end = line_behind(&d->old, span_end(o), whole),
		       new_end = line_behind(&d->new, span_end(n), whole);
		struct hunk_change *last = d->count ? &d->changes[d->count - 1] : NULL;

		if (last && old_first <= last->old.first + last->old.count) {
			last->old.count = old_end - last->old.first;
			last->new.count = new_end - last->new.first;
		} else {
			/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): mem_zero gives no NULL */
			d->changes[d->count++] = (struct hunk_change){ { old_first, old_end - old_first },
				{ new_first, new_end - new_first } };
		}
	}
}

static void
print_line(struct diff *d, const struct side *s, struct mask *mask, size_t line, char mark)
{
	size_t off = s->starts[line];
	struct str text = str_sub(s->text, off, s->starts[line + 1] - off);

	buf_add_char(d->out, mark);
	if (mask)
		mask_line(mask, off, text, d->out);
	else
		buf_add_str(d->out, text);
	if (text.ptr[text.len - 1] != '\n')
		buf_add_str(d->out, STR("\n\\ No newline at end of file\n"));
}

static void
print_range(struct diff *d, char mark, struct lines l)
{
	buf_printf(d->out, " %c%zu", mark, l.count ? l.first + 1 : l.first);
	if (l.count != 1)
		buf_printf(d->out, ",%zu", l.count);
}

/* Changes FIRST to END, with their context, as one hunk. */
static void
print_hunk(struct diff *d, size_t first, size_t end)
{
	const struct hunk_change *c = &d->changes[first], *l = &d->changes[end - 1];
	size_t before = c->old.first < CONTEXT ? c->old.first : CONTEXT;
	size_t at = c->old.first - before, stop = l->old.first + l->old.count + CONTEXT;
	size_t grown;

	if (stop > d->old.line_count)
		stop = d->old.line_count;
	grown = (l->new.first + l->new.count) - (l->old.first + l->old.count);	/* may wrap: a difference */
	buf_add_str(d->out, STR("@@"));
	print_range(d, '-', (struct lines){ at, stop - at });
	print_range(d, '+', (struct lines){ c->new.first - before, stop + grown - (c->new.first - before) });
	buf_add_str(d->out, STR(" @@\n"));
	for (size_t i = first; i < end; i++) {
		c = &d->changes[i];
		while (at < c->old.first)
			print_line(d, &d->old, d->mask_old, at++, ' ');
		for (size_t j = 0; j < c->old.count; j++)
			print_line(d, &d->old, d->mask_old, c->old.first + j, '-');
		for (size_t j = 0; j < c->new.count; j++)
			print_line(d, &d->new, d->mask_new, c->new.first + j, '+');
		at = c->old.first + c->old.count;
	}
	while (at < stop)
		print_line(d, &d->old, d->mask_old, at++, ' ');
}

/* A name as git writes it: quoted as in C where a byte would end the line or the quotes. */
static void
print_name(struct buf *out, const char *prefix, struct str path)
{
	bool quote = false;

	for (size_t i = 0; i < path.len; i++)
		quote |= (unsigned char)path.ptr[i] < ' ' || path.ptr[i] == '"' || path.ptr[i] == '\\' ||
		    path.ptr[i] == 0x7f;
	if (quote)
		buf_add_char(out, '"');
	buf_printf(out, "%s", prefix);
	for (size_t i = 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.ptr[i];

		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c < ' ' || c == 0x7f)
			buf_printf(out, "\\%03o", c);
		else
			buf_add_char(out, (char)c);
	}
	if (quote)
		buf_add_char(out, '"');
}

static void
print_header(struct diff *d)
{
	const struct run_file *f = d->file;
	/* without the tab, patch ends the name at the blank */
	const char *tab = str_find(f->path, 0, ' ') < f->path.len ? "\t\n" : "\n";

	buf_add_str(d->out, STR("diff --git "));
	print_name(d->out, "a/", f->path);
	buf_add_char(d->out, ' ');
	print_name(d->out, "b/", f->path);
	if (f->is_made)
		buf_printf(d->out, "\nnew file mode %s",
		    f->meta.is_known && (f->meta.mode & 0100) ? "100755" : "100644");
	if (f->is_made && f->after.len == 0) {	/* no lines: the mode alone makes it */
		buf_add_char(d->out, '\n');
		return;
	}
	buf_add_str(d->out, STR("\n--- "));
	if (f->is_made) {
		buf_add_str(d->out, STR("/dev/null\n"));
	} else {
		print_name(d->out, "a/", f->path);
		buf_printf(d->out, "%s", tab);
	}
	buf_add_str(d->out, STR("+++ "));
	print_name(d->out, "b/", f->path);
	buf_printf(d->out, "%s", tab);
}

void
diff_file(struct buf *out, const struct run_file *f, bool patch)
{
	struct diff d = { .out = out, .file = f };
	size_t first = 0;

	if (!f->is_made && str_eq(f->before, f->after))
		return;
	side_init(&d.old, f->before);
	side_init(&d.new, f->after);
	if (!patch) {
		d.mask_old = mask_open(f, f->before, false);
		d.mask_new = mask_open(f, f->after, true);
	}
	if (f->is_made) {	/* its regions speak of the example */
		d.changes = mem_zero(1, sizeof *d.changes);
		d.count = d.new.line_count != 0;
		d.changes[0].new.count = d.new.line_count;
	} else {
		find_changes(&d);
	}
	print_header(&d);
	for (size_t i = 1; i <= d.count; i++) {
		const struct hunk_change *c = &d.changes[i - 1];

		if (i < d.count && c[1].old.first - (c->old.first + c->old.count) <= 2 * CONTEXT)
			continue;
		print_hunk(&d, first, i);
		first = i;
	}
	mask_close(d.mask_old);
	mask_close(d.mask_new);
	free(d.changes);
	free(d.old.starts);
	free(d.new.starts);
}

int
diff_run(FILE *out, const struct run *r, bool patch, struct error *err)
{
	AUTO(buf) b = BUF_INIT;
	AUTO(buf) shown = BUF_INIT;
	struct buf *print = patch && !isatty(fileno(out)) ? &b : &shown;

	for (size_t i = 0; i < r->count; i++) {
		const struct run_app *a = &r->apps[i];

		for (size_t j = 0; a->state == RUN_WAITING && j < a->count; j++) {
			buf_clear(&b);
			diff_file(&b, &a->files[j], patch);
			if (print == &shown) {
				buf_clear(&shown);
				display_add_lines(&shown, buf_str(&b));
			}
			if (print->len && fwrite(print->ptr, 1, print->len, out) != print->len)
				return error_errno(err, errno, "cannot write the diff");
		}
	}
	return 0;
}
