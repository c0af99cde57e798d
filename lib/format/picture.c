/* picture: who holds which port, as a drawing (SVG).
 * SPDX-License-Identifier: MIT */
#include "format/picture.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "format/markup.h"

enum {
	LEFT = 56, CELL = 10, ROW = 14, BOX = 12,	/* of the rows of a hundred */
	STRIP = 26, STRIP_TOP = 18,			/* of the line of all ports */
	TOP = STRIP_TOP + STRIP + 44,
	PORTS = 65536, ROWS_MAX = 240, NAMED = 5,
	LABELLED = 1500,	/* of more ports none says whose it is */
	HUNDREDS = (PORTS + 99) / 100,
	WIDTH = LEFT + 100 * CELL + 4
};

enum state { FREE, HELD, CLASH };

struct picture {
	struct arena arena;			/* the labels */
	uint8_t state[PORTS];			/* enum state */
	uint32_t holders[PORTS];
	struct str label[PORTS];		/* who the holders are, for those who point at it */
	size_t held, clashes;			/* ports, not mappings */
};

struct picture *
picture_open(void)
{
	return mem_zero(1, sizeof(struct picture));
}

void
picture_close(struct picture *p)
{
	if (!p)
		return;
	arena_release(&p->arena);
	free(p);
}

void
picture_add(struct picture *p, uint16_t port, struct str label, bool clash)
{
	uint32_t before = p->holders[port];

	if (port == 0)
		return;
	if (before < NAMED)
		p->label[port] = before
		    ? arena_printf(&p->arena, "%.*s; %.*s", STR_ARG(p->label[port]), STR_ARG(label))
		    : arena_dup(&p->arena, label);
	p->holders[port]++;
	p->held += before == 0;
	p->clashes += clash && p->state[port] != CLASH;
	if (p->state[port] != CLASH)
		p->state[port] = clash ? CLASH : HELD;
}

/* Hundredths of a unit of the strip: port 65536 is its right end. */
static void
add_strip_x(struct buf *b, unsigned port)
{
	unsigned x = (unsigned)((unsigned long long)port * (100 * CELL) * 100 / PORTS);

	buf_printf(b, "%u.%02u", LEFT + x / 100, x % 100);
}

static void
add_band(struct buf *b, const char *name, unsigned from, unsigned to)
{
	buf_printf(b, "<rect class=\"%s\" y=\"%d\" height=\"%d\" x=\"", name, STRIP_TOP, STRIP);
	add_strip_x(b, from);
	buf_add_str(b, STR("\" width=\""));
	unsigned width = (unsigned)((unsigned long long)(to - from) * (100 * CELL) * 100 / PORTS);

	buf_printf(b, "%u.%02u\"/>", width / 100, width % 100);
}

/* Ports are far thinner than a pixel here: a run of neighbours is one mark, at least a unit wide. */
static void
add_marks(struct buf *b, const struct picture *p, enum state state)
{
	const unsigned unit = PORTS / (100 * CELL) + 1;

	for (unsigned port = 1; port < PORTS; port++) {
		unsigned end = port;

		if (p->state[port] != state)
			continue;
		for (unsigned ahead = port; ahead < PORTS && ahead <= end + unit; ahead++)
			if (p->state[ahead] == state)
				end = ahead;
		add_band(b, state == CLASH ? "clash" : "held", port,
		    end + 1 > port + unit ? end + 1 : port + unit);
		port = end;
	}
}

static void
add_strip(struct buf *b, const struct picture *p)
{
	buf_printf(b, "<text x=\"0\" y=\"%d\">all ports</text>", STRIP_TOP + STRIP / 2 + 4);
	add_band(b, "row", 0, PORTS);
	add_band(b, "off", 0, 1024);
	add_band(b, "off", 32768, 61000);
	add_marks(b, p, HELD);
	add_marks(b, p, CLASH);
	for (unsigned port = 0; port <= 60000; port += 10000) {
		buf_add_str(b, STR("<text class=\"mid\" x=\""));
		add_strip_x(b, port);
		buf_printf(b, "\" y=\"%d\">%u</text>", STRIP_TOP + STRIP + 14, port);
	}
	buf_printf(b,
	    "<text class=\"end\" x=\"%d\" y=\"12\">below 1024 and ephemeral "
	    "(32768 to 60999) are shaded</text>",
	    LEFT + 100 * CELL);
}

static void
add_cell(struct buf *b, const struct picture *p, unsigned port, int y)
{
	int x = LEFT + (int)(port % 100) * CELL;

	buf_printf(b, "<g class=\"%s\"><title>%u: ", p->state[port] == CLASH ? "clash" : "held", port);
	markup_text(b, p->label[port]);
	if (p->holders[port] > NAMED)
		buf_printf(b, " and %u more", p->holders[port] - NAMED);
	buf_printf(b, "</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", x, y, CELL - 1, BOX);
	if (p->state[port] == CLASH)
		buf_printf(b, "<path d=\"M%d %dl%d %dm0 -%dl-%d %d\"/>", x + 1, y + 2, CELL - 3, BOX - 4,
		    BOX - 4, CELL - 3, BOX - 4);
	buf_add_str(b, STR("</g>"));
}

static bool
is_lived_in(const struct picture *p, unsigned hundred)
{
	for (unsigned port = hundred * 100; port < hundred * 100 + 100 && port < PORTS; port++)
		if (p->state[port] != FREE)
			return true;
	return false;
}

/* The hundreds where the fleet lives. Returns how many there are, drawn or not. */
static unsigned
lived_in(const struct picture *p, unsigned ret[static ROWS_MAX])
{
	unsigned count = 0;

	for (unsigned h = 0; h < HUNDREDS; h++)
		if (is_lived_in(p, h)) {
			if (count < ROWS_MAX)
				ret[count] = h;
			count++;
		}
	return count;
}

/* The ports of a hundred in STATE as one shape, crossed out where they clash. */
static void
add_cells(struct buf *b, const struct picture *p, unsigned hundred, enum state state, int y)
{
	AUTO(buf) boxes = BUF_INIT;
	AUTO(buf) crosses = BUF_INIT;

	for (unsigned i = 0; i < 100 && hundred * 100 + i < PORTS; i++) {
		int x = LEFT + (int)i * CELL;

		if (p->state[hundred * 100 + i] != state)
			continue;
		buf_printf(&boxes, "M%d %dh%dv%dh-%dz", x, y, CELL - 1, BOX, CELL - 1);
		if (state == CLASH)
			buf_printf(&crosses, "M%d %dl7 8m0 -8l-7 8", x + 1, y + 2);
	}
	if (boxes.len)
		buf_printf(b, "<path class=\"%s\" d=\"%s\"/>", state == CLASH ? "clash" : "held", boxes.ptr);
	if (crosses.len)
		buf_printf(b, "<path d=\"%s\"/>", crosses.ptr);
}

static void
add_row(struct buf *b, const struct picture *p, unsigned hundred, int y)
{
	buf_printf(
	    b, "\n<text class=\"end\" x=\"%d\" y=\"%d\">%u</text>", LEFT - 6, y + BOX - 2, hundred * 100);
	buf_printf(b, "<rect class=\"row\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", LEFT, y,
	    100 * CELL, BOX);
	buf_printf(b, "<path class=\"grid\" d=\"");
	for (int ten = 1; ten < 10; ten++)
		buf_printf(b, "M%d %dv%d", LEFT + ten * 10 * CELL - 1, y, BOX);
	buf_add_str(b, STR("\"/>"));
	if (p->held > LABELLED) {
		add_cells(b, p, hundred, HELD, y);
		add_cells(b, p, hundred, CLASH, y);
		return;
	}
	for (unsigned port = hundred * 100; port < hundred * 100 + 100 && port < PORTS; port++)
		if (p->state[port] != FREE)
			add_cell(b, p, port, y);
}

void
picture_draw(struct buf *b, const struct picture *p, const char *id, const char *title)
{
	unsigned hundreds[ROWS_MAX], count = lived_in(p, hundreds);
	unsigned rows = count < ROWS_MAX ? count : ROWS_MAX;
	int y = TOP;

	buf_printf(b,
	    "<svg class=\"map\" role=\"img\" aria-labelledby=\"%s-t\" aria-describedby=\"%s-d\" "
	    "viewBox=\"0 0 %d %d\">\n",
	    id, id, WIDTH, TOP + (int)rows * ROW + 20);
	buf_printf(b,
	    "<title id=\"%s-t\">%s</title>\n<desc id=\"%s-d\">%zu ports are held, %zu of them by more "
	    "than one. The table of ports says who holds which.</desc>\n",
	    id, title, id, p->held, p->clashes);
	add_strip(b, p);
	for (unsigned i = 0; i < 100; i += 10)
		buf_printf(b, "<text class=\"mid\" x=\"%d\" y=\"%d\">+%u</text>",
		    LEFT + (int)i * CELL + CELL / 2, TOP - 6, i);
	for (unsigned i = 0; i < rows; i++, y += ROW)
		add_row(b, p, hundreds[i], y);
	if (count > rows)
		buf_printf(b, "<text x=\"%d\" y=\"%d\">and %u hundreds more, in the table of ports</text>",
		    LEFT, y + 12, count - rows);
	buf_add_str(b, STR("</svg>\n"));
}
