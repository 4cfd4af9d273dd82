"""What a resource module offers: method, pattern below ``/api/v4``, and who answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from collab_sync.sandbox.wire import Response

Answer: TypeAlias = Callable[..., Response]
"""Called with the Call and the pattern's parameters by name; raises ApiError before it changes anything."""

Routes: TypeAlias = tuple[tuple[str, str, Answer], ...]
