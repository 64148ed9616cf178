"""A PostgreSQL server for the tests that read from one: started on loopback in a folder of its own, gone at the end."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import adbc_driver_postgresql.dbapi
import pytest

PASSWORD = "s%c/r:t@ü"


@dataclass(frozen=True)
class Server:
    """A running server; `uri` is the address of its database, with the user and the password."""

    uri: str
    port: int

    def run(self, *statements: str) -> None:
        """Run statements that change the database."""
        with adbc_driver_postgresql.dbapi.connect(self.uri, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement).close()

    def connect(self) -> Any:
        """An open connection, to be closed."""
        return adbc_driver_postgresql.dbapi.connect(self.uri)


def binaries() -> Path:
    """The folder with initdb and postgres, which Debian keeps off the path."""
    found = shutil.which("initdb") or max(glob.glob("/usr/lib/postgresql/*/bin/initdb"), default=None)
    if found is None:
        pytest.skip("this machine has no postgresql (apt install postgresql)")
    return Path(found).resolve().parent


def unprivileged() -> dict[str, Any]:
    """How to start a process of the server's, which refuses to be run by root."""
    if os.geteuid() != 0:
        return {}
    names = {user.pw_name for user in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    programs, options = binaries(), unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="slopewise-postgresql-"))
    if options:
        os.chown(folder, options["user"], options["group"])
    environment = {"PATH": f"{programs}:/usr/bin:/bin", "LC_ALL": "C"}
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    (folder / "password").chmod(0o644)
    authentication = ["--auth", "scram-sha-256", "--pwfile", folder / "password"]
    subprocess.run(
        [programs / "initdb", "-D", folder / "data", "-U", "tester", "-E", "UTF8", "--no-sync", *authentication],
        **options,
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, "fsync": "off"}
    arguments = [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", folder / "data", *arguments],
            **options,
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        server = Server(f"postgresql://tester:{urllib.parse.quote(PASSWORD, safe='')}@127.0.0.1:{port}/postgres", port)
        wait_for(server, process, folder / "log")
        yield server
    finally:
        process.send_signal(signal.SIGINT)  # its fast shutdown
        process.wait(timeout=60)
        shutil.rmtree(folder)


def wait_for(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            break
        try:
            server.connect().close()
        except adbc_driver_postgresql.dbapi.OperationalError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the PostgreSQL server did not start: {log.read_text(errors='replace')}")
