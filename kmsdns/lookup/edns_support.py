"""Which servers answer questions with EDNS, as far as one run has seen, and what to ask them with.

Rules: a server that turns EDNS down (FORMERR, NOTIMP, BADVERS: RFC 6891 7) is asked without from then on; unless it
turns down that, too. One that has said nothing at all is asked without in its last retry, for it, or a firewall in
front of it, may drop what it doesn't know. That is believed of it when nothing but silence met LEAST_SILENT questions
with EDNS and the one without was answered; and never of a server that has answered one with EDNS, for then packets
were lost, no more.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from kmsdns.lookup.attempt import Attempt
    from kmsdns.model.messages import Server

LEAST_SILENT = 2
"""Tries with EDNS that nothing came back to, before a server is said to drop them: one packet is soon lost."""


class EdnsSupport:
    """What one run has seen. Mutable: its look-ups share it."""

    def __init__(self) -> None:
        self._answers: dict[Server, bool] = {}

    def offered(self, size: int, server: Server, tries: Sequence[Attempt], *, is_last: bool) -> int:
        """Octets to offer in the OPT record of the next try at a server, 0 for a try without one.

        size: octets that are offered where nothing speaks against it; tries: those at this question and server so far.
        """
        may_drop = is_last and tries and not server.transport and all(each.is_silent for each in tries)
        return 0 if may_drop or self._answers.get(server) is False else size

    def suspects(self, attempt: Attempt, tries: Sequence[Attempt]) -> bool:
        """This try, which was answered, may show that its server drops questions with EDNS."""
        before = [each for each in tries if each.edns]
        unknown = not attempt.edns and attempt.server not in self._answers
        return unknown and len(before) >= LEAST_SILENT and all(each.is_silent for each in before)

    def learn(self, attempt: Attempt, tries: Sequence[Attempt], *, is_refusal: bool) -> None:
        """Keeps what the reply to this try shows of its server."""
        if attempt.edns:
            self._answers[attempt.server] = not is_refusal
        elif is_refusal:
            self._answers.pop(attempt.server, None)  # it turns down more than EDNS
        elif self.suspects(attempt, tries):
            self._answers[attempt.server] = False
            attempt.warn("edns-dropped")
