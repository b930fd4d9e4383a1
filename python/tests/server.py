"""Starts an emulator as a process of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import time

# a cold start on a machine that does much else
PATIENCE_SECONDS = 120

KEYS = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "secret"}


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def serving(folder, port, module, *arguments, **variables):
    """Runs `python -m MODULE` until the block ends, which begins when the port on loopback is open. Gives the address."""
    log = folder / f"{module}.log"
    environment = {**os.environ, **{name.upper(): value for name, value in KEYS.items()}, **variables}
    with open(log, "wb") as output:
        command = [sys.executable, "-m", module, *arguments]
        server = subprocess.Popen(command, stdout=output, stderr=output, env=environment)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert server.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()
