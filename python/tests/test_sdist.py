"""The sdist gives the same wheel as the sources: the same metadata, script, licences and Python files, and a lock file that fits.

Nothing is compiled here: `docs/python.md` has the commands that compare whole wheels.
"""

import os
import pathlib
import subprocess
import sys
import tarfile

PACKAGE = pathlib.Path(__file__).parent.parent


def maturin(folder, *arguments):
    # the sdist must not find a lock file or a folder for builds that is not its own
    environment = {name: value for name, value in os.environ.items() if name != "CARGO_TARGET_DIR"}
    command = [sys.executable, "-m", "maturin", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def files(folder):
    """What is in a folder, without what Python and `maturin develop` leave there: paths and bytes."""
    found = [path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".so")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def metadata(sources, folder):
    """The wheel's metadata, as a build from `sources` writes it."""
    folder.mkdir()
    # it fails if the lock file does not fit
    maturin(sources, "pep517", "write-dist-info", "--metadata-directory", str(folder))
    return files(folder)


def test_the_sdist_gives_the_same_wheel(tmp_path):
    maturin(PACKAGE, "sdist", "--out", str(tmp_path))
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(tmp_path / "unpacked", filter="data")
    (sources,) = (tmp_path / "unpacked").iterdir()

    expected = metadata(PACKAGE, tmp_path / "expected")
    names = {pathlib.Path(name).name for name in expected}
    assert names == {"METADATA", "WHEEL", "entry_points.txt", "LICENSE-APACHE", "LICENSE-MIT"}
    assert metadata(sources, tmp_path / "found") == expected

    modules = files(PACKAGE / "package")
    assert "cwfilter/__init__.py" in modules
    assert files(sources / "package") == modules
