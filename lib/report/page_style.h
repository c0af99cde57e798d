/* page_style: how a page looks and what its tables can do.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_PAGE_STYLE_H
#define BERTH_REPORT_PAGE_STYLE_H

extern const char page_style[];
extern const char page_script[];
/* The page's policy: their SHA-256 digests, in base64. A test works them out anew. */
extern const char page_policy[];

#endif
