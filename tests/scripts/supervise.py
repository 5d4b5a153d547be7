"""Runs a command in a session of its own and ends the whole session when standard input closes, so
that neither it nor its children outlive the test. Usage: supervise.py COMMAND [ARGUMENT ..]"""

import os
import select
import signal
import subprocess
import sys

child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True)
while child.poll() is None:
    readable, _, _ = select.select([sys.stdin], [], [], 0.2)
    if readable and not os.read(sys.stdin.fileno(), 4096):
        break
for sign, patience in ((signal.SIGTERM, 3), (signal.SIGKILL, 3)):
    try:
        os.killpg(child.pid, sign)
        child.wait(patience)
    except ProcessLookupError:
        break
    except subprocess.TimeoutExpired:
        pass
sys.exit(child.returncode or 0)
