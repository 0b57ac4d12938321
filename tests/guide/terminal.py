"""A shell in a terminal of its own: one command at a time, with answers to what the command asks."""

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

COLUMNS = 240
ENDED = re.compile(rb"\x01(\d+)\x02")
# What a command prints last when it waits for a person. A question may come in pieces, so its end counts, and no other colon.
ASKS = re.compile(r"(\[[yYnN]/[yYnN]\]|\b(?:passphrase|PIN|once more)\b[^\n]*:)\s*$")
# Bytes by which a terminal is steered: none of them is shown in a page.
STEERS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07")


class Shell:
    """A bash whose commands come through a pipe, so that the terminal is the commands' own."""

    def __init__(self, folder, environment):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 200, COLUMNS, 0, 0))
        commands, self.commands = os.pipe()

        def take_terminal():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            # A runner that ignores or blocks SIGPIPE would hand that down to every command.
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, [])

        self.process = subprocess.Popen(
            ["bash", "--norc", "--noprofile", f"/dev/fd/{commands}"],
            stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=environment,
            pass_fds=[commands], preexec_fn=take_terminal,
        )
        os.close(slave)
        os.close(commands)

    def run(self, command, answers, seconds):
        """What `command` prints, and its exit status; `answers` are typed one by one where it asks."""
        os.write(self.commands, command.encode() + b"\nprintf '\\001%d\\002' $?\n")
        said, typed, deadline = b"", 0, time.monotonic() + seconds
        answers = list(answers)
        while True:
            end = ENDED.search(said)
            if end:
                if answers:
                    raise Failure(f"never asked for the answer {answers[0]!r}", shown(said))
                return shown(said[: end.start()]), int(end.group(1))
            if answers and ASKS.search(shown(said[typed:])):
                os.write(self.master, answers.pop(0).encode() + b"\n")
                typed = len(said)
            if time.monotonic() > deadline:
                raise Failure(f"did not end within {seconds} s", shown(said))
            if select.select([self.master], [], [], 0.2)[0]:
                try:
                    said += os.read(self.master, 65536)
                except OSError as gone:
                    raise Failure("the shell has ended", shown(said)) from gone

    def close(self):
        """Ends the shell, and whatever it still runs in this terminal."""
        with contextlib.suppress(OSError):
            os.close(self.commands)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self.master)


class Failure(Exception):
    """A command that did not do what its page says."""

    def __init__(self, why, said):
        super().__init__(why)
        self.said = said


def shown(said):
    """The text that a person sees: without steering bytes, and of a rewritten line its last form."""
    text = re.sub(r"\r+\n", "\n", STEERS.sub("", said.decode(errors="replace")))
    return "\n".join(line.split("\r")[-1].rstrip() for line in text.split("\n"))
