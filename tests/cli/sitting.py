"""sitting: programs at a terminal, for the tests that sit at one.
SPDX-License-Identifier: MIT"""
import fcntl
import os
import pty
import select
import struct
import termios
import time


def everything(fd, answers=(), until=60):
    """What comes on a terminal's other end until nobody has it open. ANSWERS: what to wait for, and what to type then."""
    said, answers, end = b"", list(answers), time.time() + until
    while time.time() < end:
        if select.select([fd], [], [], 0.2)[0]:
            try:
                more = os.read(fd, 65536)
            except OSError:
                break
            if not more:
                break
            said += more
        if answers and answers[0][0] in said:
            os.write(fd, answers.pop(0)[1])
    return said


def sit(argv, answers=(), **env):
    """ARGV at a terminal of its own. The bytes that were seen, and the status."""
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(env)
        os.execv(argv[0], argv)
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    said = everything(fd, answers)
    os.close(fd)
    return said, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
