"""Promises about what goes wrong: which error says what the caller may do next, and what it tells people."""

# ruff: noqa: N802 - Chinese has no lower case
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from collab_sync.errors import AccessError, MissingItemError, RejectedActionError, TransientError, UnknownOutcomeError
from collab_sync.model.action import DescriptionWrite, ItemWrite, LabelWrite, LinkWrite, TransitionWrite, UnlinkWrite
from collab_sync.model.connection import Secret
from collab_sync.testing.connector_suite.samples import (
    KINDS,
    Play,
    comment,
    document,
    mark,
    needs,
    ref_of,
    replace_write,
    retraction,
)
from collab_sync.testing.connector_suite.stage import Draft

BUSY = {"Retry-After": "1847"}


class FailurePromises:
    @pytest.mark.parametrize(
        "kind", ["label", "comment", "retracted comment", "link", "unlink", "transition", "description"]
    )
    def test_写到已删除的条目说它不在(self, play: Play, kind: str) -> None:
        """MissingItemError: the action is skipped, the census settles the rest."""
        item, other = play.put("样机评审"), play.put("模具加工")
        writes: dict[str, ItemWrite] = {
            "label": LabelWrite(target=ref_of(item), add=("灯::红",)),
            "comment": comment(item),
            "retracted comment": retraction(item, "1"),
            "link": LinkWrite(source=ref_of(item), kind="relates", target=ref_of(other)),
            "unlink": UnlinkWrite(source=ref_of(item), kind="relates", target=ref_of(other)),
            "transition": TransitionWrite(target=ref_of(item), to=play.stage.statuses[0]),
            "description": DescriptionWrite(target=ref_of(item), document=document("纪要"), marker=mark("会议/第一次")),
        }
        play.stage.delete(item.source.key)
        with pytest.raises(MissingItemError):
            play.writer.perform(writes[kind])
        with pytest.raises(MissingItemError):
            play.writer.find(writes[kind])

    @pytest.mark.parametrize(
        "kind", ["label", "comment", "rewritten comment", "retracted comment", "link", "unlink", "transition"]
    )
    def test_写到藏起来的条目说它不在(self, play: Play, kind: str) -> None:
        """MissingItemError: it is this one item, and no reason to stop all others; reading it says the same."""
        hide = needs(play.stage.can.hide, "hide an item from our account")
        write = play.write_of(kind)
        ref = (write.source if isinstance(write, LinkWrite | UnlinkWrite) else write.target).ref  # type: ignore[union-attr]  # no creation
        assert ref is not None
        hide(ref.key)
        with pytest.raises(MissingItemError):
            play.writer.perform(write)
        with pytest.raises(MissingItemError):
            play.reader.read(ref)

    @pytest.mark.parametrize("kind", KINDS)
    def test_项目看不到了_写入等着而不作废(self, play: Play, kind: str) -> None:
        """AccessError: the project may come back, and what waits for it is not to be buried item by item."""
        shut = needs(play.stage.can.shut, "take the project from our account")
        write = play.write_of(kind)
        shut()
        with pytest.raises(AccessError):
            play.writer.perform(write)

    def test_令牌不对时说清楚_不露出令牌(self, play: Play) -> None:
        """AccessError from every verb; the message holds no credential."""
        item = play.put("样机评审")
        with _with_wrong_token(play) as (wrong, token):
            for attempt in (
                wrong.connection.whoami,
                lambda: list(wrong.reader.pull(None)),
                lambda: list(wrong.reader.census()),
                lambda: wrong.reader.read(item.source),
                lambda: wrong.reader.whereabouts(item),
                lambda: wrong.writer.perform(comment(item)),
                lambda: wrong.writer.find(comment(item)),
            ):
                with pytest.raises(AccessError) as error:
                    attempt()
                assert token not in str(error.value)
        assert play.stage.seen(item.source.key).comments == ()

    def test_请求太多时说要等多久(self, play: Play) -> None:
        """TransientError with ``retry_after``, reading as well as writing; nothing happened."""
        weather = needs(play.stage.can.weather, "answer 429")
        item = play.put("样机评审")
        play.connection.whoami()
        weather.answer(429, BUSY)
        for attempt in (lambda: list(play.reader.pull(None)), lambda: play.writer.perform(comment(item))):
            with pytest.raises(TransientError) as error:
                attempt()
            assert error.value.retry_after == timedelta(seconds=1847)
        weather.clear()
        play.stage.later(60)  # a connector may keep its distance until then
        assert play.stage.seen(item.source.key).comments == ()
        assert play.writer.find(comment(item)) is None

    def test_服务器一时不行_读取不当作空的(self, play: Play) -> None:
        """TransientError: a pull or a census that broke off is not a project without items."""
        weather = needs(play.stage.can.weather, "answer 503")
        play.stage.put(Draft(title="样机评审"))
        weather.answer(503, {})
        for attempt in (lambda: list(play.reader.pull(None)), lambda: list(play.reader.census())):
            with pytest.raises(TransientError):
                attempt()

    @pytest.mark.parametrize("kind", KINDS)
    def test_服务器一时不行_写入查明之后再写(self, play: Play, kind: str) -> None:
        """Whether a 503 came before or after is not known; ``find`` says, and a second attempt succeeds."""
        weather = needs(play.stage.can.weather, "answer 503")
        write = play.write_of(kind)
        weather.answer(503, {})
        with pytest.raises((UnknownOutcomeError, TransientError)):
            play.writer.perform(write)
        weather.clear()
        assert play.writer.find(write) is None
        play.writer.perform(write)
        assert play.writer.find(write) is not None

    def test_拒绝时转述对方原话(self, play: Play) -> None:
        """RejectedActionError, final, with words that tell people what to change."""
        refusal = needs(play.stage.can.label, "name a label that the tracker refuses")
        item = play.put("样机评审")
        with pytest.raises(RejectedActionError, match=refusal.word):
            play.writer.perform(LabelWrite(target=ref_of(item), add=(refusal.value,)))
        assert play.stage.seen(item.source.key).labels == frozenset()

    def test_改写已经没有的评论不会写成新的(self, play: Play) -> None:
        """RejectedActionError: a comment that is gone does not come back by itself, and its item is not missing."""
        item = play.put("样机评审")
        write = replace_write(comment(item), comment_id="999999999")
        with pytest.raises(RejectedActionError):
            play.writer.perform(write)
        assert play.stage.seen(item.source.key).comments == ()
        assert play.writer.find(write) is None


@contextmanager
def _with_wrong_token(play: Play) -> Iterator[tuple[Play, str]]:
    token = needs(play.stage.can.wrong_token, "name a token that the tracker does not know")
    stage = play.stage
    connection = stage.connector.connect(replace(stage.settings, token=Secret(token)), stage.clock)
    try:
        yield replace(play, connection=connection), token
    finally:
        connection.close()
