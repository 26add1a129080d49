"""A PostgreSQL server of one's own for a while: for measurements and tests, durable like a real one.

PostgreSQL does not run as root: then the cluster belongs to the user `postgres`, whom its packages make.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

_INSTALLED = "/usr/lib/postgresql"
_SECONDS = 60


class NoPostgresError(Exception):
    """There is none to be had; the text says why in plain words."""


@contextlib.contextmanager
def throwaway_cluster() -> Iterator[str]:
    """An address for sqlalchemy without a database's name: add it behind the slash (`format(database="…")`).

    Raises NoPostgresError.
    """
    binaries = _binaries()
    folder = Path(tempfile.mkdtemp(prefix="honnin-pg-"))
    started = False
    try:
        owner = _hand_over(folder)
        data = folder / "data"
        _run(binaries / "initdb", "-D", data, "-U", "honnin", "-A", "trust", "-E", "UTF8", "--no-locale", owner=owner)
        options = f"-k {folder} -c listen_addresses='' -c max_connections=60"
        log = folder / "log"
        _run(binaries / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start", owner=owner)
        started = True
        yield "postgresql+psycopg://honnin@/{database}?host=" + str(folder)
    finally:
        if started:
            with contextlib.suppress(NoPostgresError):
                _run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop", owner=owner)
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path:
    found = sorted(Path(_INSTALLED).glob("*/bin/pg_ctl"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("pg_ctl")
    if on_path is None:
        raise NoPostgresError("PostgreSQL is not installed")
    return Path(on_path).resolve().parent


def _hand_over(folder: Path) -> str | None:
    """The user whom the cluster belongs to, if that is not this one."""
    if os.geteuid() != 0:
        return None
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        raise NoPostgresError("this runs as root and there is no user postgres") from None
    if shutil.which("runuser") is None:
        raise NoPostgresError("this runs as root and there is no runuser")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user.pw_name


def _run(*command: object, owner: str | None) -> None:
    words = [str(word) for word in command]
    if owner is not None:
        words = ["runuser", "-u", owner, "--", *words]
    try:
        done = subprocess.run(  # noqa: S603  # our own words
            words, check=False, timeout=_SECONDS, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoPostgresError(f"PostgreSQL does not start: {type(error).__name__}") from None
    if done.returncode != 0:
        raise NoPostgresError(f"PostgreSQL does not start: {done.stderr.decode(errors='replace')[-300:]}")
