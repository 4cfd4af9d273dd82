"""Work items as the mirror keeps them: msgspec JSON, deflated with a dictionary of what all of them have in common.

An issue of 11 KB becomes a JSON document of 2 KB that is mostly names of fields and people said again and again. As it
is it would fill half a page of the database by itself; deflated five go on one. The dictionary belongs to the format:
a better one gets a mark of its own, and what was written with this one must be readable for ever.
"""

from __future__ import annotations

import zlib

import msgspec

from collab_sync.model.work_item import WorkItem

_DEFLATED = b"\x01"
"""First byte of a deflated document; JSON begins with a brace."""
_LEVEL, _WINDOW, _MEMORY = 1, -13, 4
"""Raw deflate, fast, with a window of 8 KB: more effort saves a seventh of the bytes and costs twice the time; longer
documents are rare, and a larger window costs more to set up than it saves."""

_COMMON = (
    '"moved_to":"","unreadable":[],"disagreements":[{"field":"status","used":"未开始","other":"","source":"label:进度::"}],'
    '"own_comments":[{"id":"","marker":"{\\"key\\":\\"sticky:\\",\\"rule\\":\\"","at":"2026-01-01T00:00:00Z"}],'
    '"marker":"{\\"generation\\":1,\\"hash\\":\\"\\",\\"key\\":\\"","confidential":true,'
    '"entries":[{"id":"1000","kind":"进度更新","by":{"type":"account","connection":"jira","id":"557058:","display":""},'
    '"at":"2025-11-03T06:00:00Z","edited_at":"2025-","data":{"状态":"正常","说明":"","延迟原因":"","需协调资源":"","结果":"同意",'
    '"意见":"","新日期":"","内容":"","执行人":"","部门时间节点":""},"items":["决议","立项审批","延期审批","验收申请","验收结论","会签"],'
    '"text":""}],"fields":{"主责部门":"研发部","牵头部门":"","协办部门":"采购部、品质部","负责人":"","审批人":"","紧急程度":"高","重要程度":"中",'
    '"完成标准":"","截止日":"2026-","项目":"","里程碑":"","所需资源":"","会议类别":"","代号":"","阶段":""},"resource":"",'
    '"links":[{"kind":"blocked_by","target":"","native":false},{"kind":"relates","target":"https://"},'
    '{"kind":"parent","target":"'
    '"roles":{"R":[{"type":"account","connection":"gitlab","id":"","display":""}],"A":[{"type":"name","text":""}],"C":['
    '],"I":[],"F":[]},"dept":"","related_depts":[""],"urgency":"高","importance":"中","native_priority":"高",'
    '"start":"2025-","raw_due":"2026-","program":"","milestone":"V1.","parent":"",'
    '"labels":["部门::研发部","紧急度::高","重要度::中","优先级::","灯::","类型::","项目::","进度::进行中","升级::"],"components":[""],'
    '"changes":[{"field":"due","at":"2025-1","old":"2025-12-","new":"2026-0","by":{"type":"account","connection":"jira",'
    '"id":"557058:'
    '},{"field":"fields.","at":"2025-0"},{"field":"title","at":"2026-0"},{"field":"body","at":"2026-"},'
    '{"field":"R","at":"2026-01-0","old":"","new":"'
    '},{"field":"labels","at":"2025-1","old":"","new":"'
    '},{"field":"native_priority","at":"2025-1","old":"中","new":"高","by":{"type":"account","connection":"'
    '{"id":"gitlab:","source":{"connection":"gitlab","project":"","path":"rd/","native_id":"","key":"rd/","iid":"",'
    '"url":"https://gitlab./-/issues/"},"type":"任务","title":"'
    '{"id":"jira:1","source":{"connection":"jira","project":"jira","path":"","native_id":"1","key":"","iid":"1",'
    '"url":"https://.atlassian.net/browse/"},"type":"任务","title":"","status":"进行中","status_raw":"处理中",'
    '"created_at":"2025-01-01T01:00:00Z","updated_at":"2025-10-10T10:30:00Z","started_at":"2025-11-04T03:00:00Z",'
    '"done_at":"2025-","reporter":{"type":"account","connection":"jira","id":"557058:","display":"'
    '"changes":[{"field":"status","at":"2025-11-04T03:00:00Z","old":"未开始","new":"进行中","by":{"type":"account",'
    '"connection":"jira","id":"557058:","display":"'
).encode()


def packed(item: WorkItem) -> bytes:
    """The document of an item."""
    deflate = _EMPTY.copy()
    return _DEFLATED + deflate.compress(msgspec.json.encode(item)) + deflate.flush()


def unpacked(document: bytes) -> WorkItem:
    """The item of a document; also of one that was written before documents were deflated."""
    if document[:1] == _DEFLATED:
        document = zlib.decompressobj(_WINDOW, _COMMON).decompress(memoryview(document)[1:])
    return _ITEM.decode(document)


_EMPTY = zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW, _MEMORY, zlib.Z_DEFAULT_STRATEGY, _COMMON)
_ITEM = msgspec.json.Decoder(WorkItem)
