"""sitting: programs at a terminal, for the tests that sit at one; and the clock that a test may give a program.
SPDX-License-Identifier: MIT"""
import fcntl
import os
import pty
import select
import shlex
import struct
import subprocess
import termios
import time

os.environ["PAGER"] = "cat"     # nobody is there to end one
HANG = 100      # seconds; nothing that works comes near


def everything(fd, answers=()):
    """What comes on a terminal's other end until nobody has it open. ANSWERS: what to wait for, and what to type then, or a
    function to call, which may return that."""
    said, answers, end = b"", list(answers), time.monotonic() + HANG
    while select.select([fd], [], [], max(0, end - time.monotonic()))[0]:
        try:
            more = os.read(fd, 65536)
        except OSError:
            break
        if not more:
            break
        said += more
        if answers and answers[0][0] in said:
            answer = answers.pop(0)[1]
            typed = answer() if callable(answer) else answer
            if typed:
                os.write(fd, typed)
    return said


def widen(fd, cols):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, cols, 0, 0))


def sit(argv, answers=(), **env):
    """ARGV at a terminal of its own. The bytes that were seen, and the status."""
    pid, fd = pty.fork()
    if pid == 0:
        widen(0, 100)       # before the program can look
        os.environ.update(env)
        os.execv(argv[0], argv)
    said = everything(fd, answers)
    os.close(fd)
    return said, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def preload(folder, source):
    """Makes the library of SOURCE (from here) in FOLDER. The environment that a program has it with."""
    made = os.path.join(folder, os.path.basename(source) + ".so")
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), source)
    subprocess.run([*shlex.split(os.environ.get("CC") or "gcc"), "-std=c11", "-O1", "-fPIC", "-shared", "-o", made, source, "-ldl"], check=True)
    options = os.environ.get("ASAN_OPTIONS")        # a sanitizer wants to come first
    return {"LD_PRELOAD": made, "ASAN_OPTIONS": f"{options + ':' if options else ''}verify_asan_link_order=0"}


def clock(folder):
    """Makes the clock of clock.c in FOLDER. What gives a program's environment that clock, with the milliseconds of a step."""
    env = preload(folder, "clock.c")
    return lambda step, **more: {**env, "CLOCK_STEP": str(step), **more}
