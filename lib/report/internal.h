/* internal: what the files of this room share and no other room sees.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_INTERNAL_H
#define BERTH_REPORT_INTERNAL_H

/* The files of that name in this folder (page.css is report_page_css), as the build embeds them; and of what a
 * page bears, the digests by which its policy knows it. */
extern const char report_page_css[], report_page_css_digest[], report_page_js[], report_page_js_digest[];
extern const char report_tables_sql[], report_absent_sql[], report_views_sql[];

#endif
