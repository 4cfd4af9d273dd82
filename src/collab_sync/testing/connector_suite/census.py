"""Promises about what exists, and about what became of an item that is listed no more."""

# ruff: noqa: N802 - Chinese has no lower case
from __future__ import annotations

import msgspec
import pytest

from collab_sync.errors import AccessError, TransientError
from collab_sync.testing.connector_suite.reading import TITLES
from collab_sync.testing.connector_suite.samples import Play, needs
from collab_sync.testing.connector_suite.stage import Draft
from collab_sync.testing.items import reader_of


class CensusPromises:
    def test_普查列出全部条目_人的和我们的(self, play: Play) -> None:
        """Old and untouched ones too; the ids are those of a pull."""
        for title in TITLES:
            play.stage.put(Draft(title=title))
        play.stage.later(60 * 24 * 60)
        made = play.writer.perform(play.creation())
        listed = census(play)
        assert made.ref is not None
        assert listed == {item.id for item in play.pulled()[0].values()}
        assert len(listed) == len(TITLES) + 1

    def test_删除的条目不再列出_去向是删除(self, play: Play) -> None:
        item, other = play.put("样机评审"), play.put("模具加工")
        play.stage.delete(item.source.key)
        assert census(play) == {other.id}
        whereabouts = play.reader.whereabouts(item)
        assert whereabouts.state == "deleted"
        assert whereabouts.evidence, "evidence is one sentence for people"

    def test_还在的条目说它还在(self, play: Play) -> None:
        """A census and a new item may cross: whoever asks is told the truth."""
        item = play.put("样机评审")
        whereabouts = play.reader.whereabouts(item)
        assert (whereabouts.state, bool(whereabouts.evidence)) == ("here", True)

    def test_改过名字的条目还在(self, play: Play) -> None:
        item = play.put("样机评审")
        play.stage.edit(item.source.key, title="样机评审(第二轮)")
        assert play.reader.whereabouts(item).state == "here"

    def test_移走的条目说出去了哪里(self, play: Play) -> None:
        """``key`` is how it is called there. A tracker that gives it a new identity may know that identity only: then
        the evidence names it, and the item itself says ``moved_to``."""
        move = needs(play.stage.can.move, "move an item to another project")
        item = play.put("样机评审")
        key = move(item.source.key)
        whereabouts = play.reader.whereabouts(item)
        assert whereabouts.state == "moved"
        assert whereabouts.evidence
        assert whereabouts.key == key or play.now(item.source).moved_to

    def test_移走的条目不再算在项目里(self, play: Play) -> None:
        """The census leaves it out; where it is still listed, because a closed copy stays, the item says so."""
        move = needs(play.stage.can.move, "move an item to another project")
        item = play.put("样机评审")
        move(item.source.key)
        assert item.id not in census(play) or play.now(item.source).moved_to

    def test_藏起来的条目不会说成移走或还在(self, play: Play) -> None:
        """Of a confidential item we know that it may be hidden; of another one at least that it is not to be seen."""
        hide = needs(play.stage.can.hide, "hide an item from our account")
        item = play.put("样机评审")
        hide(item.source.key)
        assert item.id not in census(play)
        assert play.reader.whereabouts(item).state in ("hidden", "deleted")
        assert play.reader.whereabouts(msgspec.structs.replace(item, confidential=True)).state == "hidden"

    def test_项目看不到时不说条目删了(self, play: Play) -> None:
        """AccessError: whatever cannot be looked at is not gone."""
        nowhere = needs(play.stage.can.nowhere, "name a project that is not there")
        item = play.put("样机评审")
        gone = reader_of(play.connection, play.project.model_copy(update={"project": nowhere}))
        with pytest.raises(AccessError):
            gone.whereabouts(item)

    def test_服务器一时不行时不说条目的去向(self, play: Play) -> None:
        """TransientError: an item is not gone because nobody answered."""
        weather = needs(play.stage.can.weather, "answer 503")
        item = play.put("样机评审")
        weather.answer(503, {})
        with pytest.raises(TransientError):
            play.reader.whereabouts(item)


def census(play: Play) -> set[str]:
    return {identity for page in play.reader.census() for identity in page}
