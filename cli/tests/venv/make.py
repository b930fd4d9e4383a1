"""Makes a virtual environment: make.py FOLDER REQUIREMENTS. Does nothing when it is there with the same list."""

import fcntl
import shutil
import subprocess
import sys
import venv
from pathlib import Path

folder, wanted = Path(sys.argv[1]), Path(sys.argv[2])
stamp = folder / "requirements.txt"
folder.parent.mkdir(parents=True, exist_ok=True)
with open(f"{folder}.lock", "w") as lock:
    # .ci/run makes them ahead, while the tests are compiled
    fcntl.flock(lock, fcntl.LOCK_EX)
    if not stamp.exists() or stamp.read_text() != wanted.read_text():
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        # most of what comes along is never imported; what comes as sources is packed only to be unpacked
        options = [
            "--quiet",
            "--disable-pip-version-check",
            "--no-compile",
            "--config-settings=--build-option=--compression=stored",
        ]
        subprocess.run([folder / "bin/pip", "install", *options, "-r", wanted], check=True)
        stamp.write_text(wanted.read_text())
