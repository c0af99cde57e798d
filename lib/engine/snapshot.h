/* snapshot: what an engine holds at one moment, in tables of a database in memory (snapshot.sql).
 * SPDX-License-Identifier: MIT */
#ifndef BERTH_ENGINE_SNAPSHOT_H
#define BERTH_ENGINE_SNAPSHOT_H

struct buf;
struct error;
struct sql;

/* Asks the engine, and lays out its containers, what they publish, mount and join, its networks and its
 * volumes in a new database. 1; 0: there is no engine to ask, and WHY, emptied first, says why: the tables
 * are there and empty; -1. *RET is the caller's to close, whatever is returned. */
int snapshot_open(struct sql **ret, struct buf *why, struct error *);

#endif
