"""JSON that is none of a tracker's API: from a gateway, another service, a proxy that writes its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.connectors.http.conftest import Kind, label_on, project_of
from tests.connectors.http.local import Answer, Local

from collab_sync.errors import AccessError, TrackerError, UnknownOutcomeError
from collab_sync.model.action import CommentWrite
from collab_sync.model.document import Document, Paragraph, Text
from collab_sync.model.marker import Marker, dumps
from collab_sync.ports.tracker import Connection
from collab_sync.testing.items import reader_of, writer_of

Connect = Callable[..., Connection]
SHAPES = {
    "列表": b"[1, 2]",
    "数": b"42",
    "文": b'"ok"',
    "空": b"null",
    "别的字段": b'{"values": 7, "id": {}, "issues": 1}',
}


@pytest.mark.parametrize("shape", SHAPES)
def test_读到别的服务的回答_说地址不对(connected: Connect, kind: Kind, shape: str) -> None:
    """AccessError with a remedy, whatever is read; never an empty project, never a defect."""
    ref = label_on(kind).target.ref
    assert ref is not None
    with Local(Answer(200, SHAPES[shape])) as server:
        connection = connected(kind, server.url)
        reader, writer = reader_of(connection, project_of(kind)), writer_of(connection, project_of(kind))
        ways: list[Callable[[], object]] = [
            connection.whoami,
            lambda: list(reader.pull(None)),
            lambda: list(reader.census()),
            lambda: reader.read(ref),
            lambda: writer.find(label_on(kind)),
        ]
        for way in ways:
            with pytest.raises(AccessError, match=r"url|令牌"):
                way()
        assert [line for line in connection.diagnose([project_of(kind)]) if line.state == "error"]


@pytest.mark.parametrize("shape", SHAPES)
def test_写入得到别的服务的回答_算作不明(connected: Connect, kind: Kind, shape: str) -> None:
    """Whatever answered may have passed it on: ``find`` is asked before it is sent again."""
    write = CommentWrite(
        target=label_on(kind).target,
        document=Document((Paragraph((Text("请更新进展"),)),)),
        marker=dumps(Marker(key="升级/甲")),
    )
    with Local(Answer(200, SHAPES[shape])) as server:
        writer = writer_of(connected(kind, server.url), project_of(kind))
        with pytest.raises(UnknownOutcomeError):
            writer.perform(write)
        with pytest.raises(TrackerError):
            writer.find(write)
