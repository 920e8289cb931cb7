"""A file's content replaced: all of it or nothing, and only where nobody else has changed it meanwhile."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from secrets import token_hex

from kmsdns.errors import KmsdnsError
from kmsdns.model.names import shown


class Unwritten(KmsdnsError):
    """A file could not be replaced; it is as it was."""


def replace(path: str, before: bytes, octets: bytes) -> None:
    """Puts octets in place of a file's content, which was before when it was read.

    They are written beside it and moved there, with its mode, and its owner where that is allowed. Of a symbolic link
    the file that it leads to is replaced. Raises Unwritten.
    """
    real = os.path.realpath(path)
    folder, name = os.path.split(real)
    temporary = os.path.join(folder, f".{name[:200]}.{token_hex(4)}.tmp")  # noqa: PTH118
    try:
        status = os.stat(real)  # noqa: PTH116
        if not stat.S_ISREG(status.st_mode):
            raise Unwritten(f"{shown(path, 4096)} is not changed: it is no regular file")
        with open(real, "rb") as file:  # noqa: PTH123
            if file.read() != before:
                raise Unwritten(f"{shown(path, 4096)} is not changed: somebody else has, since it was read")
        if not os.access(real, os.W_OK):
            raise Unwritten(f"{shown(path, 4096)} is not changed: it is not to be written to")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(octets)
            if hasattr(os, "fchown"):
                with suppress(OSError):
                    os.fchown(descriptor, status.st_uid, status.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(status.st_mode))  # after the owner, who would take setgid away
            file.flush()
            os.fsync(descriptor)
        os.replace(temporary, real)  # noqa: PTH105
    except OSError as error:
        raise Unwritten(f"{shown(path, 4096)} cannot be changed: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
