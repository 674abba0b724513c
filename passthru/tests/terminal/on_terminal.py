"""Runs a program on a terminal of its own: on_terminal.py ROWS COLUMNS TYPED PROGRAM [ARGUMENT]...

TYPED is a JSON list of [text, keys]: the keys are typed once the text is on the screen. The output
of the program goes to standard output. Exit status: the program's, or 128 and the signal.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios

rows, columns, typed = int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.execvp(sys.argv[4], sys.argv[4:])
seen = b""
while True:
    ready, _, _ = select.select([terminal], [], [], 60)
    if not ready:
        os.kill(pid, 9)
        break
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    seen += part
    while typed and typed[0][0].encode() in seen:
        os.write(terminal, typed.pop(0)[1].encode())
sys.stdout.buffer.write(seen.replace(b"\r\n", b"\n"))
_, status = os.waitpid(pid, 0)
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
