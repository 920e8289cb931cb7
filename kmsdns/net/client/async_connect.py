"""A stream connected within an event loop, whichever it is."""

from __future__ import annotations

import asyncio
import os
import socket

from kmsdns.net.client.sockets import UNDER_WAY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from kmsdns.net.client.sockets import Place


async def connected(opened: socket.socket, where: Place) -> None:
    """Connects a stream. OSError when it can't be. The sock_connect of uvloop loses the zone of an address."""
    loop = asyncio.get_running_loop()
    try:
        loop.remove_writer(opened)
    except NotImplementedError:
        await loop.sock_connect(opened, where)
        return
    failure = opened.connect_ex(where)
    if failure in UNDER_WAY:
        writable = loop.create_future()
        loop.add_writer(opened, settle, writable)
        try:
            await writable
        finally:
            loop.remove_writer(opened)
        failure = opened.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if failure:
        raise OSError(failure, os.strerror(failure))


def settle(future: asyncio.Future[None]) -> None:
    """Done, unless it was done or cancelled before."""
    if not future.done():
        future.set_result(None)
