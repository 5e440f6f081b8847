"""A throw-away PostgreSQL server: own folder, own socket, nothing on the network, gone when the tests are."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

STARTS_WITHIN_S = 60
STOPS_WITHIN_S = 30

# The server lives as long as its standard input is open. The pipe closes when the test run ends, however that
# happens: finished, Ctrl-C or killed. Then the server stops and takes its folder with it. A line on it makes
# the server crash (`pg_ctl stop -m immediate`), and the next starts it again.
QUICK = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"
SCRIPT = """
initdb="$1/initdb" postgres="$1/postgres" folder="$2"
"$initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 --no-locale --no-sync \
    >"$folder/log" 2>&1 || exit 1
while :; do
    "$postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c max_connections=200 \
        $3 -c wal_level=minimal -c max_wal_senders=0 -c timezone=UTC >>"$folder/log" 2>&1 &
    server=$!
    if read -r _; then kill -QUIT "$server"; else kill -INT "$server"; fi
    wait "$server"
    read -r _ || break
done
rm -rf "$folder"
"""


def programs() -> Path | None:
    """The folder of the newest `initdb` and `postgres` on this machine, if any."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class Cluster:
    """One server for one test run. Starting returns at once; `wait` blocks until it answers.

    What it commits need not outlive a power cut, unless it `is_durable`.
    """

    def __init__(self, folder_of_programs: Path, *, is_durable: bool = False) -> None:
        # Not below TMPDIR: a socket's path has 107 bytes at most, and the server's user must get there.
        self.folder = Path(tempfile.mkdtemp(prefix="xla-pg-", dir="/tmp"))
        user = _unprivileged_user()
        if user:
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self._process = subprocess.Popen(
            [
                "/bin/sh",
                "-c",
                SCRIPT,
                "postgres",
                folder_of_programs,
                self.folder,
                "" if is_durable else QUICK,
            ],
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )

    def crash(self) -> None:
        """End the server at once, as when its machine fails; `start` brings it back."""
        self._tell()
        ends_at = time.monotonic() + STOPS_WITHIN_S
        while (self.folder / "data" / "postmaster.pid").exists():
            assert time.monotonic() < ends_at
            time.sleep(0.02)

    def start(self) -> None:
        """Start it again after a crash, and wait until it answers."""
        self._tell()
        wait(self.folder)

    def _tell(self) -> None:
        assert self._process.stdin
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()

    def stop(self) -> None:
        """Stop the server and wait until its folder is gone."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(STOPS_WITHIN_S)
        shutil.rmtree(self.folder, ignore_errors=True)


def _unprivileged_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; Debian's package brings a user for it."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def url(folder: Path, database: str) -> str:
    """The SQLAlchemy URL of one database of the server in `folder`."""
    return f"postgresql+psycopg://postgres@/{database}?host={folder}"


def wait(folder: Path) -> None:
    """Block until the server in `folder` answers; raises `RuntimeError` with its log when it does not."""
    ends_at = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError as error:
            log = folder / "log"
            if time.monotonic() > ends_at:
                said = log.read_text() if log.exists() else "nothing"
                message = f"PostgreSQL did not start within {STARTS_WITHIN_S} s. It said: {said}"
                raise RuntimeError(message) from error
            time.sleep(0.05)
        else:
            return


def execute(folder: Path, statement: str) -> None:
    """Run one statement that cannot be in a transaction, as CREATE DATABASE."""
    with psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute(statement.encode())
