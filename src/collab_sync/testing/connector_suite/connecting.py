"""Promises about the connector itself and about one connection."""

# ruff: noqa: N802 - Chinese has no lower case
from __future__ import annotations

from dataclasses import replace

from collab_sync.model.connection import Secret
from collab_sync.model.mapping import FieldSources, ProjectMapping
from collab_sync.testing.connector_suite.samples import Play, comment, needs


class ConnectingPromises:
    def test_连接时不发请求(self, play: Play) -> None:
        """Making connection, reader, writer and publisher costs nothing; whoever lists connections asks nobody."""
        count, stage = needs(play.stage.can.requests, "count requests"), play.stage
        before = count()
        connection = stage.connector.connect(stage.settings, stage.clock)
        connection.reader(play.project)
        connection.writer(play.project)
        connection.pages(play.project)
        connection.views(play.project)
        connection.close()
        assert count() == before

    def test_知道自己是谁(self, play: Play) -> None:
        """The same account every time, of this connection, with the id under which our comments appear."""
        me = play.connection.whoami()
        assert (me.connection, me) == (play.stage.settings.name, play.connection.whoami())
        assert me.id
        assert me.id != play.stage.person.id
        receipt = play.writer.perform(play.creation())
        assert receipt.ref is not None
        assert getattr(play.now(receipt.ref).reporter, "id", "") == me.id

    def test_名字就是设置里的名字(self, play: Play) -> None:
        assert play.connection.name == play.stage.settings.name

    def test_诊断对好的连接没有错误(self, play: Play) -> None:
        """Every line says what was looked at; nothing is written."""
        before = sorted(play.stage.keys())
        found = play.connection.diagnose([play.project])
        assert [line for line in found if line.state == "error"] == []
        assert all(line.subject and line.message for line in found)
        assert any(play.project.project in line.subject or play.project.name in line.subject for line in found)
        assert sorted(play.stage.keys()) == before

    def test_诊断说出令牌不对_不露出令牌(self, play: Play) -> None:
        """Never raises for what it diagnoses; an error has a remedy."""
        token = needs(play.stage.can.wrong_token, "name a token that the tracker does not know")
        stage = play.stage
        wrong = stage.connector.connect(replace(stage.settings, token=Secret(token)), stage.clock)
        found = wrong.diagnose([play.project])
        wrong.close()
        errors = [line for line in found if line.state == "error"]
        assert errors
        assert all(line.remedy for line in errors)
        assert token not in repr(found)

    def test_诊断说出看不到的项目(self, play: Play) -> None:
        nowhere = needs(play.stage.can.nowhere, "name a project that is not there")
        found = play.connection.diagnose([play.project.model_copy(update={"project": nowhere})])
        assert [line for line in found if line.state == "error"]

    def test_服务器不行时诊断也不出错(self, play: Play) -> None:
        weather = needs(play.stage.can.weather, "answer 503")
        weather.answer(503, {})
        assert [line for line in play.connection.diagnose([play.project]) if line.state == "error"]

    def test_默认的映射只补空缺(self, play: Play) -> None:
        """What the office wrote wins field by field; filling in twice changes nothing."""
        wanted = FieldSources(sources=("const:研发部",))
        given = ProjectMapping(
            name=play.project.name, connection=play.project.connection, project="P", fields={"dept": wanted}
        )
        filled = play.stage.connector.default_mapping(given)
        assert filled.fields["dept"] == wanted
        assert {"R", "due"} <= set(filled.fields)
        assert (filled.name, filled.project) == (given.name, given.project)
        assert play.stage.connector.default_mapping(filled) == filled

    def test_关上之后可以再关(self, play: Play) -> None:
        item = play.put("样机评审")
        play.writer.perform(comment(item))
        play.connection.close()
        play.connection.close()
