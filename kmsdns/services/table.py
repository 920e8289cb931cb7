"""Well-known services: the labels in front of the domain (RFC 8552, IANA), and the port used without SRV records."""

from __future__ import annotations

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


_TABLE = (  # the name people use, the labels, the port
    ("kms", "_vlmcs", "_tcp", 1688),
    ("vlmcs", "_vlmcs", "_tcp", 1688),
    ("ldap", "_ldap", "_tcp", 389),
    ("ldaps", "_ldaps", "_tcp", 636),
    ("gc", "_gc", "_tcp", 3268),
    ("kerberos", "_kerberos", "_tcp", 88),
    ("kpasswd", "_kpasswd", "_tcp", 464),
    ("kerberos-adm", "_kerberos-adm", "_tcp", 749),
    ("sip", "_sip", "_tcp", 5060),
    ("sips", "_sips", "_tcp", 5061),
    ("sipfederationtls", "_sipfederationtls", "_tcp", 5061),
    ("xmpp-client", "_xmpp-client", "_tcp", 5222),
    ("xmpp-server", "_xmpp-server", "_tcp", 5269),
    ("xmpps-client", "_xmpps-client", "_tcp", 5223),
    ("xmpps-server", "_xmpps-server", "_tcp", 5270),
    ("imap", "_imap", "_tcp", 143),
    ("imaps", "_imaps", "_tcp", 993),
    ("pop3", "_pop3", "_tcp", 110),
    ("pop3s", "_pop3s", "_tcp", 995),
    ("submission", "_submission", "_tcp", 587),
    ("submissions", "_submissions", "_tcp", 465),
    ("caldav", "_caldav", "_tcp", 80),
    ("caldavs", "_caldavs", "_tcp", 443),
    ("carddav", "_carddav", "_tcp", 80),
    ("carddavs", "_carddavs", "_tcp", 443),
    ("autodiscover", "_autodiscover", "_tcp", 443),
    ("stun", "_stun", "_udp", 3478),
    ("stuns", "_stuns", "_tcp", 5349),
    ("turn", "_turn", "_udp", 3478),
    ("turns", "_turns", "_tcp", 5349),
    ("ntp", "_ntp", "_udp", 123),
    ("http", "_http", "_tcp", 80),
    ("https", "_https", "_tcp", 443),
    ("matrix-fed", "_matrix-fed", "_tcp", 8448),
    ("mongodb", "_mongodb", "_tcp", 27017),
    ("etcd-client", "_etcd-client", "_tcp", 2379),
    ("etcd-server", "_etcd-server", "_tcp", 2380),
    ("ceph-mon", "_ceph-mon", "_tcp", 6789),
    ("minecraft", "_minecraft", "_tcp", 25565),
    ("puppet", "_x-puppet", "_tcp", 8140),
    ("radsec", "_radsec", "_tcp", 2083),
)


def services() -> dict[str, Service]:
    """All well-known services by the name people use."""
    return {name: Service(service=service, proto=proto, port=port) for name, service, proto, port in _TABLE}


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
