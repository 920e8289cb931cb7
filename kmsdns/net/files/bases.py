"""What zone files were before a change: in a git revision, in another file, or in a folder of such files."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from kmsdns.errors import KmsdnsError, UnreadableInput
from kmsdns.jobs.document import Document
from kmsdns.model.names import shown
from kmsdns.net.files.gathering import MAX_SIZE, content

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_SECONDS = 60


def bases(base: str, documents: Sequence[Document]) -> list[Document]:
    """Each document as it was; the new ones among them are left out.

    base is a path, or else a git revision. A folder has the files by their names; so has a file, unless there is one
    document only. Where a file includes others, these are read as they are now. Raises UnreadableInput for a base that
    is neither, and KmsdnsError where git fails.
    """
    is_path = _exists(base)
    found = []
    for document in documents:
        octets = _of_path(base, document, len(documents) == 1) if is_path else _of_revision(base, document)
        if octets is not None:
            found.append(document.replace(octets=octets, zone=document.read(octets)))
    return found


def _exists(path: str) -> bool:
    try:
        return bool(path) and Path(path).exists()
    except (OSError, ValueError):
        return False


def _of_path(base: str, document: Document, is_only: bool) -> bytes | None:
    path = Path(base)
    name = Path(document.file or document.path).name
    if path.is_dir():
        path = path / name
        if not path.exists():
            return None
    elif not is_only and path.name != name:
        return None
    try:
        return content(str(path))
    except (OSError, ValueError) as error:
        why = (error.strerror or str(error)) if isinstance(error, OSError) else "no path can hold such a character"
        raise UnreadableInput(f"{shown(str(path), 4096)}: the base cannot be read: {why}") from None


def _of_revision(revision: str, document: Document) -> bytes | None:
    """The file's octets in a revision; None where it isn't in there."""
    if document.file is None:
        raise UnreadableInput(f"{document.path}: there is no earlier version of what is no file: give --base a FILE")
    folder, name = os.path.split(os.path.realpath(document.file))
    what = shown(revision, 200)
    if revision.startswith("-") or ":" in revision:
        raise UnreadableInput(f"{what} is neither a file nor a git revision")
    known = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if known is None:
        raise UnreadableInput(f"{what} is neither a file nor a git revision of the repository that {folder} is in")
    # cat-file, unlike show, runs no program that the repository names.
    commit = known.decode("ascii", "replace").strip()
    return _git(folder, "cat-file", "blob", f"{commit}:./{name}")


def _git(folder: str, *arguments: str) -> bytes | None:
    """What git prints; None when it says that there is no such thing."""
    try:
        done = subprocess.run(  # noqa: S603
            ["git", "-C", folder, *arguments],  # noqa: S607
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise KmsdnsError("there is no git here to ask for the base: give --base a FILE") from None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise KmsdnsError(f"git cannot be asked for the base: {error}") from None
    if b"dubious ownership" in done.stderr or b"not a git repository" in done.stderr:
        why = done.stderr.decode("utf-8", "replace").splitlines()[0]
        raise UnreadableInput(f"git cannot be asked for the base: {why}")
    return done.stdout[: MAX_SIZE + 1] if done.returncode == 0 else None
