"""What people type by mistake, and what to tell them.

Two kinds: slips that YAML refuses (its own message is for programmers), and slips that YAML silently takes for
something else (a full-width comma makes one element of two, an unquoted ``#`` cuts the rest of the line off).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from collab_sync.errors import Place, Problem

_UNQUOTED = {
    "@": '“@”开头的值要加引号,例如 "@张三"(收件人请写角色,例如 dept.lead)',
    "`": "反引号“`”在这里没有意义,请去掉或给整个值加引号",
    "%": '“%”开头的值要加引号,例如 "%5"',
    "*": "星号“*”在 YAML 里是别名;姓名不写星号,确要写请加引号",
    "&": "“&”在 YAML 里是锚点,不允许;确要写请加引号",
    "!": "“!”在 YAML 里是标签,不允许;确要写请加引号",
}
_BROKEN_VALUE = re.compile(r"(?:^|[:\-\[{,])\s*(?P<value>[@`%*&!][^\s,\]}]*)")
_BROKEN_FOLD = re.compile(r":\s+(?P<value>[>＞][^\s,\]}]+)")
_WIDE_COLON = re.compile(r"^\s*(?:-\s+|[{,]\s*)*(?P<key>[^\s:：\"'#]+)：")
_ANY_KEY_NO_SPACE = re.compile(r"^\s*(?:-\s+)?(?P<key>[^\s:：\"'#]+):(?=[^\s/:])")
_GRAMMAR_KEY = re.compile(
    r"^(?:id|name|seeds|for|where|when|do|steps|urgent|mode|state|held|event|clock|schedule|start|unit|stop|pause|calendar"
    r"|land_on|at|every|anchor|on_holiday|after|if|unless|all|any|not|exists|of|add|remove|set|each|latch|key|target|to"
    r"|notify|text|window|only|type|kind|dept|title|body|roles|due|due_in|link|merge)[:：](?=\S)"
)
_FLOW_COMMA = re.compile(r"[\[{][^\]}]*?(，)")
_CURLY = tuple("“”‘’")
_SWALLOWED = re.compile(r"^\s*:?\s*#(?=[^\s#!])")


def syntax_problem(error: MarkedYAMLError, lines: Sequence[str], file: str) -> tuple[Problem, int]:
    """What the parser refused, explained; and the number (from 0) of the line to blame."""
    mark = error.problem_mark or error.context_mark
    at = min(mark.line if mark else 0, max(len(lines) - 1, 0))
    for number in (at, at - 1):  # an unfinished line is noticed on the next one
        if 0 <= number < len(lines) and (found := _cause(lines[number])) is not None:
            column, message, hint = found
            return Problem(Place(file, number + 1, column + 1), message, hint), number
    message, hint = _general(error)
    opened = error.context_mark if re.search("flow|quoted", error.context or "") else None
    shown = opened or mark  # a bracket or quotation mark: where it opened
    place = Place(file, shown.line + 1, shown.column + 1) if shown else Place(file, at + 1, 1)
    return Problem(place, message, hint), at


def _cause(line: str) -> tuple[int, str, str] | None:
    """Column, message and hint of the first known slip in a line."""
    found = (slip(line) for slip in (_tab, _wide, _fold, _start, _comma, _narrow))
    return next((cause for cause in found if cause is not None), None)


def _tab(line: str) -> tuple[int, str, str] | None:
    stripped = line.lstrip(" ")
    if not stripped.startswith("\t"):
        return None
    return len(line) - len(stripped), "行首有制表符(Tab)", "缩进只用半角空格,每级两个"


def _wide(line: str) -> tuple[int, str, str] | None:
    if (found := _WIDE_COLON.match(line)) is None:
        return None
    return found.end() - 1, f"“{found['key']}”后面是全角冒号“：”", f"请改成半角冒号加一个空格:{found['key']}: …"


def _fold(line: str) -> tuple[int, str, str] | None:
    if (found := _BROKEN_FOLD.search(line)) is None:
        return None
    value = found["value"].replace("＞", ">")
    return found.start("value"), f"“{found['value']}”没有加引号", f'“>”开头的值要加引号,请写 "{value}"'


def _start(line: str) -> tuple[int, str, str] | None:
    if (found := _BROKEN_VALUE.search(_without_quoted(line))) is None:
        return None
    return found.start("value"), f"“{found['value']}”不能这样开头", _UNQUOTED[found["value"][0]]


def _comma(line: str) -> tuple[int, str, str] | None:
    if (found := _FLOW_COMMA.search(line)) is None:
        return None
    return found.start(1), "括号里用了全角逗号“，”", "请改成半角逗号“,”"


def _narrow(line: str) -> tuple[int, str, str] | None:
    if (found := _ANY_KEY_NO_SPACE.match(line)) is None:
        return None
    return found.end() - 1, f"“{found['key']}:”后面缺一个空格", f"请写成 {found['key']}: {line[found.end() :].strip()}"


def _without_quoted(line: str) -> str:
    """The line with quoted parts and comments blanked, columns kept."""
    line = re.sub(r"\"[^\"]*\"|'[^']*'", lambda quoted: " " * len(quoted.group()), line)
    return re.sub(r"(?:^|\s)#.*$", "", line)


def _general(error: MarkedYAMLError) -> tuple[str, str]:
    text = f"{error.context or ''} {error.problem or ''}"
    table = (
        ("mapping values are not allowed", "这里不能再出现“键: 值”", "值里含“: ”时请给整个值加引号;或检查上一行的缩进"),
        ("quoted scalar", "引号没有配对", "请检查这一行和上一行的引号"),
        ("flow mapping", "花括号 { } 没有配对,或少了逗号", "请检查括号与半角逗号"),
        ("flow sequence", "方括号 [ ] 没有配对,或少了逗号", "请检查括号与半角逗号"),
        ("block collection", "缩进对不齐", "同一级的行要从同一列开始,缩进只用半角空格"),
        ("block mapping", "缩进对不齐", "同一级的行要从同一列开始,缩进只用半角空格"),
        ("another document", "一个文件里只能有一份内容", "请删去单独成行的 ---"),
        ("could not find expected ':'", "这一行缺少冒号", "请写成 键: 值"),
    )
    for needle, message, hint in table:
        if needle in text:
            return message, hint
    return "这里不是合法的 YAML", "请检查引号、括号、冒号和缩进"


def masked_line(text: str, number: int) -> str | None:
    """``text`` with the broken part of a line replaced by a harmless word, so that the rest can still be read.
    None where that is not possible."""
    lines = text.splitlines()
    if not 0 <= number < len(lines):
        return None
    line = lines[number]
    lines[number] = _masked(line)
    return "\n".join(lines) + "\n" if lines[number] != line else None


def _masked(line: str) -> str:
    if line.lstrip(" ").startswith("\t"):
        return line.replace("\t", "  ")
    if (found := _WIDE_COLON.match(line)) is not None:
        return f"{line[: found.end() - 1]}: {line[found.end() :].lstrip()}"
    if _FLOW_COMMA.search(line):
        return line.replace("，", ", ")
    for pattern in (_BROKEN_FOLD, _BROKEN_VALUE):
        if (found := pattern.search(line)) is not None:
            return f'{line[: found.start("value")]}"?"{line[found.end("value") :]}'
    if (found := _ANY_KEY_NO_SPACE.match(line)) is not None:
        return f"{line[: found.end()]} {line[found.end() :]}"
    return line


def node_slips(node: Node, lines: Sequence[str], file: str) -> Iterator[Problem]:
    """Slips in a node that YAML accepted but nobody means."""
    if isinstance(node, MappingNode):
        for key, _ in node.value:
            yield from _key_slips(key, file)
    elif isinstance(node, SequenceNode) and node.flow_style:
        for item in node.value:
            yield from _item_slips(item, file)
    elif isinstance(node, ScalarNode) and node.style not in ("|", ">"):
        yield from _cut_off(node, lines, file)
        if node.style is None:
            yield from _value_slips(str(node.value), _place(node, file))


def wide_colon(text: str) -> tuple[str, str] | None:
    """Message and hint where ``text`` was meant as ``键: 值`` but has another colon, or no space after it."""
    if (found := _WIDE_COLON.match(text)) is not None:
        return f"“{found['key']}”后面是全角冒号“：”", f"请改成半角冒号加一个空格:{found['key']}: …"
    if (found := _ANY_KEY_NO_SPACE.match(text)) is not None:
        return f"“{found['key']}:”后面缺一个空格", f"请写成 {found['key']}: {text[found.end() :].strip()}"
    return None


def _place(node: Node, file: str) -> Place:
    return Place(file, node.start_mark.line + 1, node.start_mark.column + 1)


def _key_slips(key: Node, file: str) -> Iterator[Problem]:
    if not isinstance(key, ScalarNode) or key.style is not None:
        return
    if "\u3000" in str(key.value):
        yield Problem(_place(key, file), "键里有全角空格", "缩进和分隔只用半角空格,每级两个")
    elif (slip := wide_colon(str(key.value))) is not None:
        yield Problem(_place(key, file), *slip)


def _item_slips(item: Node, file: str) -> Iterator[Problem]:
    if isinstance(item, ScalarNode) and item.style is None and (mark := re.search("[，、]", str(item.value))):
        text = str(item.value)
        parts = ", ".join(part.strip() for part in re.split("[，、]", text))
        yield Problem(
            _place(item, file),
            f"列表里用了“{mark[0]}”,“{text}”成了一个元素",
            f"请改成半角逗号:[{parts}];真是一个元素请加引号",
        )


def _cut_off(node: ScalarNode, lines: Sequence[str], file: str) -> Iterator[Problem]:
    end = node.end_mark
    rest = lines[end.line][end.column :] if end.line < len(lines) else ""
    if (cut := _SWALLOWED.match(rest)) is not None:
        lost = rest[cut.end() - 1 :].strip()
        yield Problem(
            Place(file, end.line + 1, end.column + cut.end()),
            f"“{lost}”会被当作注释丢掉",
            '井号要加引号,例如 "任务 #12";真要写注释,请在 # 后面空一格',
        )


def _value_slips(text: str, place: Place) -> Iterator[Problem]:
    if text[:1] in _CURLY and text[-1:] in _CURLY:
        yield Problem(place, f"{text} 用了中文引号,引号会成为内容的一部分", '请改成半角引号 " 或去掉引号')
    if text.startswith("＞"):
        yield Problem(place, f"“{text}”用了全角大于号", f'请写 ">{text[1:]}"')
    if text.startswith("\u3000"):
        yield Problem(place, "行首是全角空格", "缩进只用半角空格,每级两个")
    elif (found := _GRAMMAR_KEY.match(text)) is not None:
        slip = wide_colon(text) or ("", "")
        yield Problem(place, slip[0] or f"“{found[0]}”写法不对", f"{slip[1]};真是文字请加引号")
