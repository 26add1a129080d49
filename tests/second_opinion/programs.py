"""The programs written by someone else, and how the tests reach them. Fetched by bin/second-opinion, never committed."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
CACHE = HERE.parents[1] / ".cache" / "second-opinion"
SOURCES = tuple(sorted((HERE / "java").glob("*.java")))
RUN_IT = "run bin/second-opinion once, with the network"
TIMEOUT_S = 120


def need_program(name: str) -> str:
    """The path of a program; skips the test plainly without it."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not on this machine")
    return path


@dataclass(frozen=True, slots=True)
class Java:
    """Our two small programs, compiled against the pinned jars."""

    program: str
    classpath: str

    def command(self, main: str) -> list[str]:
        # The option spares the test whether an RSA modulus is a prime itself; the signatures are checked all the same.
        quick = ["-Xshare:auto", "-XX:TieredStopAtLevel=4", "-Dorg.bouncycastle.rsa.allow_unsafe_mod=true"]
        return [self.program, *quick, "-cp", self.classpath, main]

    def judge(self, *words: str | Path | Iterable[Path]) -> dict[str, Any]:
        """One run of Judge.java; the paths in its answer are those that were given."""
        arguments: list[str] = []
        for word in words:
            arguments += [str(word)] if isinstance(word, str | Path) else [str(each) for each in word]
        return run_json([*self.command("Judge"), *arguments])


def run_json(command: list[str]) -> dict[str, Any]:
    """What a program prints on standard output, which is one JSON object."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    answer = json.loads(done.stdout)
    assert isinstance(answer, dict)
    return answer


def java() -> Java:
    """Compiles when the sources or the jars have changed. Skips without JDK or jars; fails when a jar is another one."""
    program, compiler = need_program("java"), need_program("javac")
    jars = _jars()
    state = hashlib.sha256((HERE / "java" / "jars.sha256").read_bytes())
    for source in SOURCES:
        state.update(source.read_bytes())
    classes = CACHE / f"classes-{state.hexdigest()[:16]}"
    libraries = ":".join(str(jar) for jar in jars)
    if not classes.is_dir():
        for old in CACHE.glob("classes-*"):
            shutil.rmtree(old, ignore_errors=True)
        fresh = CACHE / "classes-new"
        done = subprocess.run(
            [compiler, "-Xlint:all", "-Werror", "-cp", libraries, "-d", str(fresh), *map(str, SOURCES)],
            capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        fresh.rename(classes)
    return Java(program, f"{classes}:{libraries}")


def _jars() -> list[Path]:
    jars = []
    for line in (HERE / "java" / "jars.sha256").read_text().splitlines():
        expected, name = line.split()
        jar = CACHE / "lib" / name
        if not jar.is_file():
            pytest.skip(f"the Java libraries are not here: {RUN_IT}")
        assert hashlib.sha256(jar.read_bytes()).hexdigest() == expected, f"{name} is not the pinned one"
        jars.append(jar)
    return jars


def node_packages() -> Path:
    """The folder where PKI.js is installed; skips without Node or without it."""
    need_program("node")
    folder = CACHE / "node"
    if not (folder / "node_modules" / "pkijs").is_dir():
        pytest.skip(f"the Node packages are not here: {RUN_IT}")
    return folder
