/* lay: laying out an app: the template's folder copied beside its place, filled in, and moved there.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_NEW_LAY_H
#define BERTH_NEW_LAY_H

struct error;
struct template;

/* Lays out an app from the folder DIR as DEST (absolute, not there yet; its parent may be missing): files
 * with their modes, links that stay inside; .git and its like are left out. Beside a compose file there
 * will be a complete .env. Built beside DEST and renamed into place; on -1 nothing is left. */
int lay_app(struct template *, const char *dir, const char *dest, struct error *);

#endif
