"""Well-known services: the labels in front of the domain (RFC 8552, IANA), and the port used without SRV records."""

from __future__ import annotations

from functools import cache

from kmsdns.data import rows
from kmsdns.errors import InvalidName
from kmsdns.model.value import Value

DEFAULT = "_vlmcs._tcp"


class Service(Value):
    """A kind of service that SRV records are published for."""

    service: str  # "_ldap"
    proto: str  # "_tcp"
    port: int | None  # 1 to 65535; None when none is known

    def __str__(self) -> str:
        return f"{self.service}.{self.proto}"


@cache
def services() -> dict[str, Service]:
    """All well-known services by the name people use: kmsdns/data/well-known-services.csv."""
    return {
        name: Service(service=service, proto=proto, port=int(port))
        for name, service, proto, port in rows("well-known-services.csv")
    }


def service_from_text(text: str) -> Service:
    """What a person means by a service: a name from the table, or two labels such as _sip._tls.

    Raises InvalidName for anything else, and names what was probably meant.
    """
    wanted = text.lower().rstrip(".")
    table = services()
    if wanted in table:
        return table[wanted]
    labels = wanted.split(".")
    if len(labels) == 2 and all(label.startswith("_") and 1 < len(label) <= 63 for label in labels):
        if not wanted.isascii() or not wanted.isprintable() or set(wanted) & set('\\"();@$ '):
            raise InvalidName(
                f"{text!r} is no service name: letters, digits and hyphens after each underscore (RFC 6335)"
            )
        port = next((known.port for known in table.values() if str(known) == wanted), None)
        return Service(service=labels[0], proto=labels[1], port=port)
    from difflib import get_close_matches

    near = get_close_matches(wanted.strip("_").split(".")[0], table, n=1)
    hint = f"did you mean {near[0]}?" if near else "for example ldap, kerberos or xmpp-client"
    raise InvalidName(f"unknown service {text!r}: write its labels as _name._tcp, or a well-known name; {hint}")
