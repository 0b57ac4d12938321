"""dialogue.py PROMPT ANSWER... -- COMMAND...: runs a command at a terminal, and types each answer once its prompt has come.

All that the terminal has shown is printed; the exit status is the command's."""

import os
import pty
import select
import sys
import time

PATIENCE_S = 120


def main() -> int:
    ends = sys.argv.index("--")
    words, command = sys.argv[1:ends], sys.argv[ends + 1 :]
    steps = list(zip(words[::2], words[1::2]))
    child, terminal = pty.fork()
    if child == 0:
        os.execv(command[0], command)
    seen, since, until = b"", 0, time.monotonic() + PATIENCE_S
    while True:
        left = until - time.monotonic()
        if left <= 0 or not select.select([terminal], [], [], left)[0]:
            sys.stderr.write("dialogue: it has taken too long\n")
            os.kill(child, 9)
            break
        try:
            read = os.read(terminal, 4096)
        except OSError:
            break
        if not read:
            break
        seen += read
        if steps and steps[0][0].encode() in seen[since:]:
            since = len(seen)
            os.write(terminal, steps.pop(0)[1].encode() + b"\n")
    sys.stdout.write(seen.decode(errors="replace").replace("\r\n", "\n"))
    if steps:
        sys.stderr.write(f"dialogue: it has not asked: {steps[0][0]}\n")
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return 99 if steps else status


sys.exit(main())
