/* internal: what the files of this room share and no other room sees.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_ENGINE_INTERNAL_H
#define BERTH_ENGINE_INTERNAL_H

/* The files of that name in this folder, as the build embeds them. */
extern const char engine_snapshot_sql[], engine_held_sql[];

#endif
