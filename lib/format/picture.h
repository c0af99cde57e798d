/* picture: who holds which port, as a drawing (SVG).
 * SPDX-License-Identifier: MIT
 *
 * Above, all ports from 0 to 65535 on one line; below, a row of a hundred cells for each hundred in which
 * the fleet holds one. A port that two claim is told by its shape as well as its colour. */
#ifndef BERTH_FORMAT_PICTURE_H
#define BERTH_FORMAT_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"

struct buf;
struct picture;

struct picture *picture_open(void);
void picture_close(struct picture *);
/* PORT is held by the one that LABEL (copied) names; with CLASH another wants it too. The first few of one
 * port are named. */
void picture_add(struct picture *, uint16_t port, struct str label, bool clash);
/* Appends the drawing. ID (letters) is its prefix in the page; TITLE and what it shows in words are given
 * to screen readers. */
void picture_draw(struct buf *, const struct picture *, const char *id, const char *title);

MEM_AUTO_PTR(picture);

#endif
