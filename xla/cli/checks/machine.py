"""The machine: its clock, zones, room, and what draws the reports."""

import resource
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from xla import database
from xla.cli.checks.patient import Check, Patient
from xla.core.finding import Finding, fine, warning, wrong
from xla.documents.paper import RenderFailed
from xla.documents.printer import INSTALL_PANGO, weasyprint
from xla.documents.typefaces import FILES
from xla.services import work, zones

MUCH_APART = timedelta(seconds=5)
MIB = 1 << 20
LITTLE_MIB, TOO_LITTLE_MIB = 1_024, 100
FEW_FILES = 1_024


def clocks(patient: Patient) -> Iterator[Finding]:
    """Ours and the database's tell the same time."""
    theirs = database.time_of(patient.engine)
    apart = abs(theirs - patient.now)
    says = f"ours and the database's are {apart.total_seconds():.0f} seconds apart"
    fix = "timedatectl set-ntp true (here and on the database's machine)"
    if apart > work.APART:
        yield wrong("clock", f"{says}: nothing is closed until they agree", fix)
    elif apart > MUCH_APART:
        yield warning("clock", says, fix)
    else:
        yield fine("clock", "ours and the database's agree")


def time_zones(patient: Patient) -> Iterator[Finding]:
    """Every zone somebody's days are counted in is known here."""
    version = metadata.version("tzdata")
    with database.reading(patient.engine) as session:
        named = zones.named(session)
    missing = sorted(name for name in named if not _is_known(name))
    if missing:
        fix = "pip install --upgrade tzdata"
        yield wrong("time zones", f"this machine does not know {', '.join(missing)}", fix)
    else:
        count = f"{len(named)} in use, all known" if named else "none is in use yet"
        yield fine("time zones", f"{count}; tzdata {version}")


def _is_known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return True


def pango(_patient: Patient) -> Iterator[Finding]:
    """What draws the text of a PDF can be loaded."""
    try:
        library = weasyprint()
    except RenderFailed as failed:
        yield wrong("pango", f"no report can be made: {failed}", INSTALL_PANGO)
    else:
        yield fine("pango", f"WeasyPrint {library.__version__} can be loaded, and Pango with it")


def fonts(_patient: Patient) -> Iterator[Finding]:
    """Our own letters are there."""
    unreadable = [path.name for path in FILES if not _is_readable(path)]
    if unreadable:
        fix = "pip install --force-reinstall --no-deps xla-monitor (or: git checkout xla/web/static/fonts)"
        yield wrong("fonts", f"{', '.join(unreadable)} can't be read", fix)
    else:
        yield fine("fonts", f"our {len(FILES)} files are there")


def _is_readable(path: Path) -> bool:
    try:
        return bool(path.read_bytes())
    except OSError:
        return False


def disk(patient: Patient) -> Iterator[Finding]:
    """There is room to write."""
    places = {"disk": _existing(patient.settings.instance), "temporary folder": Path(tempfile.gettempdir())}
    if patient.is_sqlite and patient.url.database:
        places = {"disk": _existing(Path(patient.url.database).parent)} | places
    for name, folder in places.items():
        free = shutil.disk_usage(folder).free // MIB
        says = f"{free:,} MiB are free at {folder}"
        if free < TOO_LITTLE_MIB:
            yield wrong(name, says, f"Make room: du --max-depth=1 --one-file-system -h {folder.resolve()}")
        elif free < LITTLE_MIB:
            yield warning(name, says, f"Make room: du --max-depth=1 --one-file-system -h {folder.resolve()}")
        else:
            yield fine(name, says)


def _existing(folder: Path) -> Path:
    """The folder, or the first above it that is there."""
    return next(each for each in (folder.absolute(), *folder.absolute().parents) if each.is_dir())


def open_files(_patient: Patient) -> Iterator[Finding]:
    """A process may hold enough files and connections open."""
    limit, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    says = f"a process may have {limit:,} open"
    if limit < FEW_FILES:
        yield warning("open files", says, "ulimit -n 4096 (in a systemd unit: LimitNOFILE=4096)")
    else:
        yield fine("open files", says)


CHECKS: dict[str, Check] = {
    "pango": pango,
    "fonts": fonts,
    "disk": disk,
    "open files": open_files,
}
WITH_DATABASE: dict[str, Check] = {"clock": clocks, "time zones": time_zones}
