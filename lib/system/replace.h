/* replace: a file that changes as a whole.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_SYSTEM_REPLACE_H
#define BERTH_SYSTEM_REPLACE_H

#include "base/str.h"

struct error;

/* Makes the file NAME in the folder that descriptor FOLDER is, or takes its place, with CONTENT: written
 * beside it as `.NAME.new` first and then renamed, so that no reader ever sees half of it. It is not forced
 * out to the disk. The error's place is left to the caller. */
int replace_file(int folder, struct str name, struct str content, struct error *);

#endif
