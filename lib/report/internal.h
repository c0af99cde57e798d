/* internal: what the files of this room share and no other room sees.
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_REPORT_INTERNAL_H
#define BERTH_REPORT_INTERNAL_H

/* The files of that name in this folder (page.css is report_page_css), as the build embeds them. */
extern const char report_tables_sql[], report_absent_sql[], report_views_sql[];
extern const char report_registry_sql[], report_sides_sql[], report_pairs_sql[], report_unplaced_sql[];
extern const char report_held_sql[], report_newer_sql[], report_applied_sql[];
extern const char report_sentences_sql[], report_map_sql[], report_before_sql[], report_edits_sql[];
extern const char report_hosts_sql[], report_placements_sql[], report_host_sentences_sql[];
extern const char report_page_css[], report_page_js[];
/* The digests by which the policy of a page knows what it bears. */
extern const char report_page_css_digest[], report_page_js_digest[];

#endif
