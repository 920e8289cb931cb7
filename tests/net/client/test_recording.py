"""Tapes: a replay equals its recording, what is no tape is refused with its line, and no recording is lost.

Long: every way in which a tape can be no tape is a case of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_mock import MockerFixture

from kmsdns import __version__
from kmsdns.errors import KmsdnsError, UnreadableInput
from kmsdns.model.messages import (
    REASONS,
    Ask,
    Directed,
    Outcome,
    Probe,
    ProbeAttempt,
    ProbeOutcome,
    ProbeResult,
    Question,
    Rejected,
    Reply,
    Response,
    Server,
    Transfer,
    Transferred,
    Try,
)
from kmsdns.model.records import Location, Opaque, Record, Soa, Srv
from kmsdns.net.client import recording as tape
from kmsdns.net.client.recording import Player, Recorder, read

SRV = Question(name="_vlmcs._tcp.contoso.com.", rdtype="SRV")
A = Question(name="kms01.contoso.com.", rdtype="A")
PROBE = Probe(kind="tcp", target="kms01.contoso.com.", port=1688, addresses=("127.0.0.1", "::1"))


def said(question: Question, outcome: Outcome = Outcome.NXDOMAIN) -> Response:
    return Response(question=question, outcome=outcome, reason=outcome.value)


def record(owner: str, rdtype: str, rdata: Srv | Opaque | str) -> Record:
    return Record(owner=owner, ttl=300, rdtype=rdtype, rdata=rdata)


TRY = Try(
    question=SRV,
    server="127.0.0.1:5353",
    transport="udp",
    outcome="answer",
    elapsed=0.001,
    rcode="NOERROR",
    flags=("aa", "rd"),
    rejected=(Rejected(reason="id-mismatch", source="127.0.0.1:5353", size=61),),
    warnings=("trailing-bytes",),
)
ANSWER = Response(
    question=SRV,
    outcome=Outcome.ANSWER,
    reason="answer",
    answer=(record("kms.contoso.com.", "SRV", Srv(priority=0, weight=60, port=1688, target="kms01.contoso.com.")),),
    aliases=(record(SRV.name, "CNAME", "kms.contoso.com."),),
    additional=(
        record("kms01.contoso.com.", "A", "127.0.0.1"),
        record("kms.contoso.com.", "RRSIG", Opaque(data=b"\0\xff")),
    ),
    ttl=300,
    server="127.0.0.1:5353",
    transport="udp",
    elapsed=0.001,
    tries=(TRY,),
)
OPENED = ProbeResult(
    probe=PROBE,
    outcome=ProbeOutcome.OPEN,
    address="127.0.0.1",
    elapsed=0.002,
    attempts=(ProbeAttempt(address="127.0.0.1", outcome=ProbeOutcome.OPEN, elapsed=0.002),),
)


class Scripted:
    """A source that replies as told, in turn for each ask."""

    def __init__(self, **_nothing: object) -> None:
        self.replies: dict[Ask, list[Reply]] = {SRV: [ANSWER], A: [said(A)], PROBE: [OPENED]}
        self.error: BaseException | None = None

    def answer(self, batch: Sequence[Ask]) -> list[Reply]:
        if self.error is not None:
            raise self.error
        return [self.replies[ask].pop(0) if len(self.replies[ask]) > 1 else self.replies[ask][0] for ask in batch]

    async def aanswer(self, batch: Sequence[Ask]) -> list[Reply]:
        await asyncio.sleep(0)
        return self.answer(batch)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "contoso.tape"


@pytest.fixture
def source() -> Scripted:
    return Scripted()


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


# --- recording and replaying -----------------------------------------------------------------------------------------


def test_a_replay_equals_its_recording(path: Path, source: Scripted) -> None:
    with Recorder(source, path) as recorder:
        assert recorder.answer([SRV]) == [ANSWER]
        assert recorder.answer([A, PROBE]) == [said(A), OPENED]
    player = Player(path)
    assert player.answer([SRV]) == [ANSWER]
    assert player.answer([PROBE, A]) == [OPENED, said(A)]
    assert read(path) == [(SRV, ANSWER), (A, said(A)), (PROBE, OPENED)]


@pytest.mark.usefixtures("each_loop")
def test_awaited(path: Path, source: Scripted) -> None:
    async def both() -> list[Reply]:
        with Recorder(source, path) as recorder:
            assert await recorder.aanswer([SRV, PROBE]) == [ANSWER, OPENED]
        with Player(path) as player:
            return await player.aanswer([PROBE, SRV])

    assert asyncio.run(both()) == [OPENED, ANSWER]


def test_the_file(path: Path, source: Scripted) -> None:
    with Recorder(source, path) as recorder:
        recorder.answer([A])
    head, line = path.read_text(encoding="utf-8").splitlines()
    assert json.loads(head) == {"kmsdns_tape": 1, "kmsdns_version": __version__}
    assert json.loads(line)["ask"] == {"type": "Question", "name": "kms01.contoso.com.", "rdtype": "A"}
    assert json.loads(line)["reply"]["outcome"] == "nxdomain"
    assert names_in(path.parent) == ["contoso.tape"]


def test_equal_asks_replay_in_order_and_the_last_repeats(path: Path, source: Scripted) -> None:
    source.replies[A] = [said(A, Outcome.TIMEOUT), said(A, Outcome.SERVFAIL), said(A, Outcome.NODATA)]
    with Recorder(source, path) as recorder:
        recorder.answer([A, A])
        recorder.answer([A])
    player = Player(path)
    outcomes = [reply.outcome for _ in range(3) for reply in player.answer([A, A])]
    assert outcomes == ["timeout", "servfail", "nodata", "nodata", "nodata", "nodata"]
    player.load()
    assert player.answer([A]) == [said(A, Outcome.TIMEOUT)]


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (
            Question(name="_vlmcs._tcp.fabrikam.example.", rdtype="SRV"),
            "lacks the question '_vlmcs._tcp.fabrikam.example. SRV': record it again with the same names and options",
        ),
        (
            PROBE.replace(port=1689),
            "lacks the tcp probe of 'kms01.contoso.com.:1689 (127.0.0.1, ::1)': record it again",
        ),
        (
            Directed(question=SRV, server=Server(address="::1")),
            "lacks the question '_vlmcs._tcp.contoso.com. SRV to [::1]:53': record it again",
        ),
        (
            Transfer(zone="contoso.com.", server=Server(address="127.0.0.1", port=5353)),
            "lacks the transfer 'contoso.com. AXFR to 127.0.0.1:5353': record it again",
        ),
        (PROBE.replace(addresses=()), "lacks the tcp probe of 'kms01.contoso.com.:1688 (no address)'"),
    ],
)
def test_an_ask_that_is_not_on_the_tape(path: Path, source: Scripted, ask: Ask, sentence: str) -> None:
    with Recorder(source, path) as recorder:
        recorder.answer([SRV, PROBE])
    with pytest.raises(UnreadableInput) as caught:
        Player(path).answer([SRV, ask])
    assert sentence in str(caught.value)
    assert str(path) in str(caught.value)


def test_constructing_touches_nothing(path: Path, source: Scripted) -> None:
    Recorder(source, path)
    Player(path)
    assert not path.exists()


# --- what is recorded is not lost ------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("broken"), asyncio.CancelledError()])
def test_an_interrupted_run_keeps_what_it_recorded(path: Path, source: Scripted, error: BaseException) -> None:
    path.write_text("an older tape")

    def run() -> None:
        with Recorder(source, path) as recorder:
            recorder.answer([SRV])
            source.error = error
            recorder.answer([A])

    with pytest.raises(type(error)):
        run()
    assert read(path) == [(SRV, ANSWER)]
    assert names_in(path.parent) == ["contoso.tape"]


def test_the_tape_is_replaced_only_at_the_end(path: Path, source: Scripted) -> None:
    path.write_text("an older tape")
    recorder = Recorder(source, path)
    recorder.answer([SRV])
    assert path.read_text() == "an older tape"
    (beside,) = [name for name in names_in(path.parent) if name != "contoso.tape"]
    assert read(path.with_name(beside)) == [(SRV, ANSWER)]
    recorder.close()
    recorder.close()
    assert read(path) == [(SRV, ANSWER)]


def test_a_run_that_asked_nothing(path: Path, source: Scripted) -> None:
    Recorder(source, path).close()
    assert read(path) == []
    path.write_text("an older tape")
    with Recorder(source, path):
        pass
    assert path.read_text() == "an older tape"


def test_two_recorders_of_one_tape_do_not_mix(path: Path, source: Scripted) -> None:
    first, second = Recorder(source, path), Recorder(source, path)
    first.answer([SRV])
    second.answer([A])
    first.close()
    assert read(path) == [(SRV, ANSWER)]
    second.close()
    assert read(path) == [(A, said(A))]


KILLED = """
import sys, time
from pathlib import Path
from kmsdns.model.messages import Outcome, Question, Response
from kmsdns.net.client.recording import Recorder
class Source:
    def answer(self, batch):
        return [Response(question=ask, outcome=Outcome.NODATA, reason="nodata") for ask in batch]
recorder = Recorder(Source(), Path(sys.argv[1]))
recorder.answer([Question(name="contoso.com.", rdtype="A")])
print("recorded", flush=True)
sys.stdin.read()
"""


def test_what_a_killed_run_recorded_is_beside_the_tape(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == "recorded\n"
        run.send_signal(signal.SIGKILL)
    (beside,) = path.parent.glob(".contoso.tape.*.partial")
    assert [ask.name for ask, _ in read(beside) if isinstance(ask, Question)] == ["contoso.com."]


@pytest.mark.parametrize("place", ["missing/contoso.tape", "file/contoso.tape", "folder", "\0"])
def test_a_tape_that_cannot_be_written(tmp_path: Path, source: Scripted, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("")
    source.error = AssertionError("asked before the tape was known to be writable")
    with pytest.raises(KmsdnsError, match=r"^the tape '.*' can't be written: \w+"):
        Recorder(source, tmp_path / place).answer([A])


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="there is no such device")
def test_a_device_is_not_replaced(source: Scripted) -> None:
    with pytest.raises(KmsdnsError, match="no regular file"):
        Recorder(source, Path("/dev/null")).answer([A])


def test_a_full_disk(path: Path, source: Scripted, mocker: MockerFixture) -> None:
    recorder = Recorder(source, path)
    recorder.answer([SRV])
    mocker.patch.object(recorder, "_put", side_effect=OSError(28, "No space left on device"))
    with pytest.raises(KmsdnsError, match="can't be written: No space left on device"):
        recorder.answer([A])
    recorder.close()
    assert read(path) == [(SRV, ANSWER)]


def test_what_has_no_utf_8(path: Path, source: Scripted) -> None:
    half = PROBE.replace(target="\ud800.")
    source.replies[half] = [OPENED.replace(probe=half)]
    with Recorder(source, path) as recorder, pytest.raises(KmsdnsError, match="can't be written"):
        recorder.answer([half])


def test_a_source_that_replies_too_little(path: Path, source: Scripted, mocker: MockerFixture) -> None:
    mocker.patch.object(source, "answer", return_value=[])
    with Recorder(source, path) as recorder, pytest.raises(ValueError, match="zip"):
        recorder.answer([A])


# --- what is no tape -------------------------------------------------------------------------------------------------

HEAD = b'{"kmsdns_tape":1,"kmsdns_version":"0.1.0"}\n'
LINE = tape._encode({"ask": A, "reply": said(A)})
PROBED = tape._encode({"ask": PROBE, "reply": OPENED})


def test_the_lines_the_faulty_ones_are_made_from_are_sound(path: Path) -> None:
    path.write_bytes(HEAD + LINE + PROBED)
    assert read(path) == [(A, said(A)), (PROBE, OPENED)]


@pytest.mark.parametrize(
    ("octets", "line", "sentence"),
    [
        (b"", 1, "this is no tape"),
        (b"\n", 1, "this is no tape"),
        (b"\0" * 50, 1, "this is no tape"),
        (b"\xff\xfe", 1, "this is no tape"),
        (b"contoso.com. IN SOA\n", 1, "this is no tape"),
        (b"{}\n" + LINE, 1, "this is no tape"),
        (b'{"schema_version": 1}\n', 1, "this is no tape"),
        (LINE, 1, "this is no tape"),
        (b'{"kmsdns_tape":"1","kmsdns_version":"0.1.0"}\n', 1, "this is no tape"),
        (b'{"x":' + b"[" * 1_000_000, 1, "this is no tape"),
        (b'{"kmsdns_tape":2,"surplus":[]}\n', 1, "format 2, and this release knows format 1: record it again"),
        (b'{"kmsdns_tape":0}\n', 1, "format 0"),
        (b'{"kmsdns_tape":1}\n', 1, "kmsdns_version"),
        (b'{"kmsdns_tape":1,"kmsdns_version":"0.1.0","x":1}\n', 1, "unknown field `x`"),
        (HEAD[:-1], 1, "ends in the middle of this line"),
        (HEAD[:-2], 1, "this is no tape"),
        (HEAD + LINE[:-1], 2, "ends in the middle of this line"),
        (HEAD + LINE + LINE[:20], 3, "ends in the middle of this line"),
        (HEAD + LINE + b"\n", 3, "truncated|malformed"),
        (HEAD + b"[]\n", 2, "Expected `object`, got `array`"),
        (HEAD + b"[" * 100_000 + b"\n", 2, "Expected `object`"),
        (HEAD + b"null\n", 2, "Expected `object`"),
        (HEAD + LINE + b"{}\n", 3, "missing required field `ask`"),
        (HEAD + LINE.replace(b'"reply"', b'"answer"'), 2, "unknown field `answer`"),
        (
            HEAD + LINE.replace(b'"type":"Response"', b'"type":"Question"'),
            2,
            r"Invalid value 'Question' - at `\$.reply",
        ),
        (HEAD + LINE.replace(b'"type":"Question",', b"", 1), 2, "missing required field `type`"),
        (HEAD + LINE.replace(b'"rdtype":"A"', b'"rdtype":"A","ttl":1', 1), 2, r"unknown field `ttl` - at `\$.ask`"),
        (HEAD + LINE.replace(b'"rdtype":"A"', b'"rdtype":1', 1), 2, "Expected `str`, got `int`"),
        (HEAD + LINE.replace(b'"nxdomain"', b'"nxdomein"', 1), 2, r"Invalid enum value .*reply.outcome"),
        (HEAD + LINE.replace(b'"ttl":null', b'"ttl":"300"'), 2, "Expected `int | null`"),
        (HEAD + LINE.replace(b'"ttl":null', b'"ttl":NaN'), 2, "malformed"),
        (HEAD + LINE.replace(b'"elapsed":0.0', b'"elapsed":"0.0"'), 2, "Expected `float`"),
        (HEAD + LINE.replace(b'"tries":[]', b'"tries":{}'), 2, "Expected `array`"),
        (HEAD + LINE.replace(b'"tries":[]', b'"tries":[1]'), 2, r"tries\[0\]|tries\[...\]"),
        (HEAD + PROBED.replace(b"127.0.0.1", b"127.0.0.\xff", 1), 2, "utf-8"),
        (HEAD + PROBED.replace(b'"open"', b'"ajar"', 1), 2, "Invalid enum value 'ajar'"),
        (HEAD + LINE.replace(b"kms01", b"kms02", 1), 2, "the reply is to something else"),
        (HEAD + PROBED.replace(b"1688", b"1689", 1), 2, "the reply is to something else"),
        (HEAD + tape._encode({"ask": A, "reply": OPENED}), 2, "the reply is to something else"),
        (
            HEAD + tape._encode({"ask": SRV, "reply": ANSWER.replace(aliases=ANSWER.answer)}),
            2,
            "an alias of the reply holds no name",
        ),
        (
            HEAD + tape._encode({"ask": SRV, "reply": ANSWER}).replace(b'"AP8="', b'"A"'),
            2,
            r"Invalid base64|rdata",
        ),
        (HEAD + b"\x1b[2J\n", 2, "malformed"),
        (HEAD + LINE.replace(b'"rdtype"', b'"\\u001b[2J"', 1), 2, r"unknown field `\\x1b\[2J`"),
    ],
)
def test_what_is_no_tape(path: Path, octets: bytes, line: int, sentence: str) -> None:
    path.write_bytes(octets)
    with pytest.raises(UnreadableInput, match=sentence) as caught:
        Player(path).answer([A])
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert str(caught.value).isprintable()


def test_a_line_that_is_too_long(path: Path, mocker: MockerFixture) -> None:
    mocker.patch.object(tape, "MAX_LINE", len(LINE))
    path.write_bytes(HEAD + LINE + PROBED)
    with pytest.raises(UnreadableInput, match=r":3: the line is too long"):
        read(path)


def test_a_number_that_no_record_has_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "tape"
    pair = tape._encode({"ask": SRV, "reply": ANSWER})
    path.write_bytes(HEAD + pair + pair.replace(b'"port":1688', b'"port":70000'))
    with pytest.raises(UnreadableInput, match=r":3: Srv\(port=\): 70000 won't do"):
        read(path)


@pytest.mark.parametrize(("place", "reason"), [("missing", "No such file"), (".", "Is a directory"), ("\0", "null")])
def test_no_file(tmp_path: Path, place: str, reason: str) -> None:
    with pytest.raises(UnreadableInput, match=f"^the tape '.*' can't be read: .*{reason}"):
        Player(tmp_path / place).load()


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no such device")
def test_a_file_without_end(mocker: MockerFixture) -> None:
    mocker.patch.object(tape, "MAX_LINE", 1000)
    with pytest.raises(UnreadableInput, match="this is no tape"):
        read(Path("/dev/zero"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["sh", "-c", f"cat > '{pipe}'"], stdin=subprocess.PIPE) as writer:
        assert writer.stdin is not None
        writer.stdin.write(HEAD + LINE)
        writer.stdin.close()
        assert read(pipe) == [(A, said(A))]


def test_a_field_with_a_default_may_be_missing(path: Path) -> None:
    line = LINE.replace(b',"tries":[]', b"").replace(b',"aliases":[]', b"")
    assert line != LINE
    path.write_bytes(HEAD + line)
    assert read(path) == [(A, said(A))]


def test_a_tape_holds_nothing_else() -> None:
    with pytest.raises(TypeError, match="a tape holds no object"):
        tape._encode({"ask": object()})


# --- properties ------------------------------------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
names = st.sampled_from(["contoso.com.", "_vlmcs._tcp.contoso.com.", ".", "\\000\\255.example.", "xn--bcher-kva.test."])
numbers = st.integers(0, 2**32 - 1)
seconds = st.floats(0, 1e6, allow_nan=False)
rdtypes = st.sampled_from(["SRV", "A", "AAAA", "CNAME", "TYPE65280"])
addresses = st.ip_addresses().map(str)


def few(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=3).map(tuple)


shorts = st.integers(0, 2**16 - 1)
srvs = st.builds(Srv, priority=shorts, weight=shorts, port=shorts, target=names)
soas = st.builds(Soa, mname=names, rname=names, serial=numbers, refresh=numbers, retry=numbers, expire=numbers,
                 minimum=numbers)  # fmt: skip
locations = st.builds(Location, path=texts, line=numbers, column=numbers, end_line=numbers, end_column=numbers)
rdatas = srvs | soas | st.builds(Opaque, data=st.binary(max_size=20)) | addresses | names | texts
records = st.builds(Record, owner=names, ttl=numbers, rdtype=rdtypes, rdata=rdatas, rdclass=st.just("IN") | texts,
                    location=st.none() | locations)  # fmt: skip
aliases = st.builds(Record, owner=names, ttl=numbers, rdtype=st.just("CNAME"), rdata=names)
questions = st.builds(Question, name=names, rdtype=rdtypes)
words = st.sampled_from(sorted(REASONS))
rejected = st.builds(Rejected, reason=words, source=texts, size=numbers)
tries = st.builds(Try, question=questions, server=texts, transport=st.sampled_from(["udp", "tcp"]), outcome=words,
                  elapsed=seconds, rcode=st.none() | texts, flags=few(texts), ede=st.none() | texts,
                  rejected=few(rejected), warnings=few(words))  # fmt: skip
responses = st.builds(Response, question=questions, outcome=st.sampled_from(Outcome), reason=words, answer=few(records),
                      aliases=few(aliases), additional=few(records), authority=few(records),
                      ttl=st.none() | numbers, server=st.none() | texts,
                      transport=st.none() | texts, elapsed=seconds, tries=few(tries))  # fmt: skip
probes = st.builds(Probe, kind=texts, target=names | texts, port=numbers, addresses=few(addresses))
outcomes = st.sampled_from(ProbeOutcome)
attempts = st.builds(ProbeAttempt, address=addresses, outcome=outcomes, elapsed=seconds)
results = st.builds(ProbeResult, probe=probes, outcome=outcomes, address=st.none() | addresses, elapsed=seconds,
                    attempts=few(attempts))  # fmt: skip
servers = st.builds(Server, address=addresses, port=numbers, transport=st.none() | texts, name=texts, path=texts)
transferred = st.builds(Transferred, transfer=st.builds(Transfer, zone=names, server=servers), records=few(records),
                        reason=texts)  # fmt: skip
pairs = (
    st.builds(lambda reply: (reply.question, reply), responses)
    | st.builds(lambda reply: (reply.probe, reply), results)
    | st.builds(lambda reply: (reply.transfer, reply), transferred)
    | st.builds(
        lambda reply, server, rd, cd: (
            Directed(question=reply.question, server=server, recursion_desired=rd, checking_disabled=cd), reply
        ),
        responses, servers, st.booleans(), st.booleans(),
    )
)  # fmt: skip


@given(st.lists(pairs, max_size=4))
def test_any_replay_equals_its_recording(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[Ask, Reply]]
) -> None:
    asks, replies = [ask for ask, _ in said], [reply for _, reply in said]
    path = tmp_path_factory.getbasetemp() / "any.tape"
    path.unlink(missing_ok=True)

    class Source:
        def answer(self, batch: Sequence[Ask]) -> list[Reply]:
            assert list(batch) == asks
            return replies

    with Recorder(Source(), path) as recorder:
        assert recorder.answer(asks) == replies
    assert Player(path).answer(asks) == replies
    for (ask, reply), again in zip(read(path), replies, strict=True):
        assert type(reply) is type(again)
        assert type(getattr(reply, "outcome", None)) is type(getattr(again, "outcome", None))
        assert hash((ask, reply)) == hash((ask, again))


@given(st.binary(max_size=60), st.integers(0, len(PROBED) - 2), st.integers(0, 40))
def test_mutations_raise_nothing_else(octets: bytes, at: int, length: int) -> None:
    line = PROBED[:at] + octets.replace(b"\n", b"") + PROBED[at + length : -1] + b"\n"
    try:
        ask, reply = tape._decode(line)
    except (tape._NotATape, ValueError):
        return
    assert isinstance(ask, Probe | Question)
    assert isinstance(reply, ProbeResult | Response)
