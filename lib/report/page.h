/* page: an audit as one HTML page that needs nothing else: no network, no other file.
 * SPDX-License-Identifier: MIT
 *
 * Whatever a fleet is called is text in it: all of it goes through markup_text, and the page's own policy
 * (Content-Security-Policy) lets no script and no style run but the two whose digests it names. */
#ifndef BERTH_REPORT_PAGE_H
#define BERTH_REPORT_PAGE_H

#include <stdbool.h>
#include <stddef.h>

struct audit;
struct buf;
struct error;
struct report;
struct report_set;
struct rows;

/* Appends the whole audit: a summary in words, the map of ports before and after the last plan, what
 * clashes, what changes and how, and the tables of those of REPORTS that belong on it and that AUDIT can
 * answer. *ret_fails: whether one of them found what must not be. */
int page_fleet(
    struct buf *, struct audit *, const struct report_set *reports, bool *ret_fails, struct error *);
/* A part of the page of many hosts: the first ROWS that REPORT gave, of COUNT. */
struct page_section {
	const struct report *report;
	const struct rows *rows;
	size_t count;
	bool fails;
};

/* Appends the page of many hosts, which ALL tells of (audit_carry); SECTIONS are sorted for it. */
int page_hosts(struct buf *, struct audit *all, struct page_section *sections, size_t count, struct error *);
/* Appends a page of one report, which gave ROWS of many hosts. */
void page_rows(struct buf *, const struct report *, const struct rows *rows);
/* Appends a page of one report, which gave ROWS. */
int page_report(
    struct buf *, struct audit *, const struct report *, const struct rows *rows, struct error *);

#endif
