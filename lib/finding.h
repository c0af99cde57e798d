/* finding: one fact of a fleet, with the place that decides it; the stream that scan writes and plan and report read.
 * SPDX-License-Identifier: MIT
 *
 * docs/streams.md is the reference of the columns. A finding here is a value: its strs are borrowed, from whoever filled
 * it, or from the reader until the next finding. */
#ifndef BERTH_FINDING_H
#define BERTH_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stream.h"
#include "str.h"

struct error;

enum finding_record {
	FINDING_FLEET, FINDING_APP, FINDING_FILE, FINDING_PORT, FINDING_NAME, FINDING_PROJECT, FINDING_VOLUME,
	FINDING_NETWORK, FINDING_SETTING, FINDING_USE, FINDING_REFERENCE, FINDING_GAP, FINDING_WARNING, FINDING_PROBLEM,
	FINDING_END,
	FINDING_OTHER		/* read only: a record of a later version; passed over */
};

/* What kind of text decides the value (design: a literal in the compose file, a variable's value in an env file, or the
 * default in ${VAR:-default}). NONE: nothing does (Docker picks the port, the name is derived). */
enum origin { ORIGIN_NONE, ORIGIN_LITERAL, ORIGIN_ENV, ORIGIN_DEFAULT };

/* Text in a file of the fleet. */
struct finding_place {
	bool known;		/* false: no single span decides it; file and line may still say where to look */
	struct str file;	/* relative to the root */
	size_t line, column;	/* from 1; 0: not known */
	struct span span;
	struct str raw;		/* the bytes of the span as they stand in the file; only of ports, names, addresses */
};

struct finding {
	enum finding_record record;
	struct str model;
	uint64_t app_num;
	struct str app;			/* the app's folder relative to the root, "." for the root itself */
	struct str service;
	struct str role;
	struct str host_ip, host_port, container_port, protocol;
	struct str value;
	struct str variable;
	enum origin origin;
	struct finding_place place;
	bool has_digest;
	uint64_t digest;		/* of the whole of place.file */
	struct str profile;		/* the service's profiles, joined by commas */
	struct str network_mode;
	struct str detail;
	/* Columns of ours behind the contract's: */
	struct str chain;		/* where the value comes from: `8003 <- .env:6 FRONTEND_PORT <- docker-compose.yml:36` */
	struct finding_place site;	/* the text in the compose file that the value stands at: of a port the host part of
					 * its mapping as written (`${PORT:-80}`), of a name or address the scalar's part */
	struct str whole;		/* of a reference whose origin is default: the variable's whole default, resolved,
					 * where it bears no user info; of a port: the whole mapping's raw text */
	struct str replicas;		/* the service's scale or deploy.replicas where it is not 1 */
};

/* Column names in their order; FINDING_COLUMNS of them. */
enum { FINDING_COLUMNS = 32 };
extern const char *const finding_columns[FINDING_COLUMNS];
const char *finding_record_name(enum finding_record);
const char *origin_name(enum origin);

void finding_write(struct stream_writer *, const struct finding *);

/* Reads a stream of findings and holds it to the contract: the header's columns, the opening fleet record (with an absolute
 * root), the closing end record and its count. Strs of a finding are good until the next call. */
struct finding_reader;

/* With PARTIAL, an absent end record and a count that differs are accepted. -1 where the header lacks a column that is
 * needed or the first record is not fleet: the message names what program's output was expected. */
int finding_reader_open(struct finding_reader **ret, int fd, const char *name, bool partial, struct error *);
void finding_reader_close(struct finding_reader *);
/* The root of the fleet record; NUL behind it; lives as long as the reader. And the stream's version text. */
struct str finding_reader_root(const struct finding_reader *);
struct str finding_reader_version(const struct finding_reader *);
/* 1 and the next finding (neither fleet nor end nor other are given out); 0 after the end record; -1 on damage or early end. */
int finding_next(struct finding_reader *, struct finding *ret, struct error *);
/* The line on which the last finding began. */
size_t finding_reader_line(const struct finding_reader *);

MEM_AUTO_PTR(finding_reader);

#endif
