"""What a test needs besides Python packages: a browser, Java, a database server.

This list is the only place. `make test` runs this file first, which installs what is absent where it may (root, apt);
a test marked `@pytest.mark.needs("java")` is then run, or listed at the end as not run, with the reason.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """A program outside Python: what tests call it, a shell command that succeeds where it is had, its apt packages."""

    name: str
    check: str
    apt: str

    def met(self) -> bool:
        """Whether the check succeeds on this machine."""
        quiet = subprocess.DEVNULL
        return subprocess.run(self.check, shell=True, stdin=quiet, stdout=quiet, stderr=quiet).returncode == 0


NEEDS: tuple[Need, ...] = (
    Need("postgresql", "command -v initdb || ls /usr/lib/postgresql/*/bin/initdb", "postgresql"),
    Need("chromium", "command -v chromium", "chromium"),
    Need("node", "command -v node && command -v npm", "nodejs npm"),
    Need("java", "command -v java", "default-jre-headless"),
)


def can_install() -> bool:
    """Whether this is a Debian-like machine on which we are root."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install(needs: list[Need]) -> None:
    """Install by apt; a failure is no end, since the tests that go without are listed."""
    apt = ["apt-get", "-q", "-y", "--no-install-recommends"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*apt, "update"], env=environment, stdin=subprocess.DEVNULL)
    for need in needs:
        subprocess.run([*apt, "install", *need.apt.split()], env=environment, stdin=subprocess.DEVNULL)


if __name__ == "__main__":
    absent = [need for need in NEEDS if not need.met()]
    if absent and can_install():
        install(absent)
