#!/usr/bin/env python3
# disk: a disk that remembers, in order, each write and each flush: a file of a file system of our own (FUSE), for a loop device.
# SPDX-License-Identifier: MIT
#
# usage: disk.py FOLDER BYTES LOG      as root; serves FOLDER/disk until FOLDER is unmounted; "ready" on stdout when it is there
#
# LOG gets a record for each: 4 bytes of length (0: a flush), 8 of offset, and what was written. What stands before a flush is on the
# disk whatever happens; of what follows the last one a power cut may leave any part. The kernel needs no device mapper for it.
import ctypes
import os
import struct
import sys

HEADER, REPLY = struct.Struct("<IIQQIIIHH"), struct.Struct("<IiQ")
RECORD = struct.Struct("<IQ")
LOOKUP, FORGET, GETATTR, SETATTR, OPEN, READ, WRITE, STATFS, RELEASE, FSYNC, FLUSH, INIT = 1, 2, 3, 4, 14, 15, 16, 17, 18, 20, 25, 26
OPENDIR, READDIR, RELEASEDIR, ACCESS, INTERRUPT, DESTROY, BATCH_FORGET = 27, 28, 29, 34, 36, 38, 42
MOST = 1 << 17


def attributes(node, size):
    mode = 0o100600 if node == 2 else 0o40700
    return struct.pack("<6Q10I", node, size, (size + 511) // 512, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


class Disk:
    def __init__(self, size, log):
        self.bytes, self.log = bytearray(size), log

    def answer(self, what, node, body):
        """The reply to one request: an errno, or bytes."""
        size = len(self.bytes)
        if what == INIT:
            minor = min(struct.unpack_from("<II", body)[1], 31)
            return struct.pack("<IIIIHHIIHHI7I", 7, minor, MOST, 0, 16, 12, MOST, 1, MOST // 4096, 0, 0, *[0] * 7)
        if what == LOOKUP:
            return struct.pack("<QQQQII", 2, 0, 3600, 3600, 0, 0) + attributes(2, size) if body == b"disk\0" else 2
        if what in (GETATTR, SETATTR):
            return struct.pack("<QII", 3600, 0, 0) + attributes(node, size)
        if what in (OPEN, OPENDIR):
            return struct.pack("<QII", 0, 1, 0)		# directly, past the cache of pages
        if what == READ:
            _, at, length = struct.unpack_from("<QQI", body)
            return bytes(self.bytes[at:at + length])
        if what == WRITE:
            _, at, length = struct.unpack_from("<QQI", body)
            data = body[40:40 + length]
            self.bytes[at:at + length] = data
            self.log.write(RECORD.pack(length, at) + data)
            self.log.flush()
            return struct.pack("<II", length, 0)
        if what == FSYNC:
            self.log.write(RECORD.pack(0, 0))
            self.log.flush()
        if what == STATFS:
            return struct.pack("<5Q10I", 1 << 20, 1 << 20, 1 << 20, 2, 0, 4096, 255, 4096, *[0] * 7)
        return b"" if what in (FSYNC, FLUSH, RELEASE, RELEASEDIR, READDIR, ACCESS, DESTROY) else 38


def main():
    folder, size, log = sys.argv[1], int(sys.argv[2]), open(sys.argv[3], "wb")
    libc = ctypes.CDLL(None, use_errno=True)
    fuse = os.open("/dev/fuse", os.O_RDWR)
    options = ("fd=%d,rootmode=40000,user_id=0,group_id=0,max_read=%d" % (fuse, MOST)).encode()
    if libc.mount(b"disk", os.fsencode(folder), b"fuse", 2 | 4, options) < 0:
        sys.exit("disk: cannot mount: " + os.strerror(ctypes.get_errno()))
    disk = Disk(size, log)
    print("ready", flush=True)
    while True:
        try:
            request = os.read(fuse, MOST + 8192)
        except OSError as e:
            if e.errno in (4, 2):
                continue
            break		# it is unmounted
        length, what, unique, node = HEADER.unpack_from(request)[:4]
        if what in (FORGET, BATCH_FORGET, INTERRUPT):
            continue
        got = disk.answer(what, node, request[HEADER.size:length])
        code, body = (-got, b"") if isinstance(got, int) else (0, got)
        try:
            os.write(fuse, REPLY.pack(REPLY.size + len(body), code, unique) + body)
        except OSError:
            pass		# whoever asked is gone


if __name__ == "__main__":
    main()
