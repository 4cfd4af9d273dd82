"""Reads files of the office's folder and remembers everything wrong with any of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from collab_sync.errors import Place, Problem
from collab_sync.model.organisation import StrictModel
from collab_sync.rules.yaml_text import Document, Mark, empty_values, read_yaml, validate, with_parameters

M = TypeVar("M", bound=StrictModel)


@dataclass
class Folder:
    """``problems`` and ``warnings`` grow as files are read; files are named relative to the folder's parent."""

    path: Path
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    _content: dict[str, str] = field(default_factory=dict)

    def read(self, file: Path, model: type[M], *, parameters: bool = False) -> tuple[M, Mark] | None:
        """A validated file and its mark; None (and problems) if it cannot be used."""
        document = self._document(file)
        if document is None:
            return None
        if parameters:
            document, errors, warnings = with_parameters(document)
            self.problems += (*errors, *empty_values(document))
            self.warnings += warnings
        value, problems = validate(model, document)
        self.problems += problems
        return None if value is None else (value, Mark(document))

    def required(self, name: str, model: type[M]) -> tuple[M, Mark] | None:
        """Like ``read``; a file that is not there is a problem."""
        if not (self.path / name).exists():
            self.problem(name, "缺少这个文件", "可以从随附的起始规则里复制一份")
            return None
        return self.read(self.path / name, model)

    def yaml_files(self, folder: str) -> tuple[Path, ...]:
        """YAML files directly in ``folder``, by name; hidden ones are left out."""
        found = (self.path / folder).glob("*.y*ml")
        return tuple(sorted(file for file in found if not file.name.startswith(".")))

    def problem(self, name: str, message: str, hint: str = "") -> None:
        self.problems.append(Problem(Place(f"{self.path.name}/{name}"), message, hint))

    def version(self, *, without: str = "") -> str:
        """Short hash of names and contents of all files read so far; ``without`` those called so."""
        digest = hashlib.sha256()
        for name, text in sorted(self._content.items()):
            if name.rpartition("/")[2] != without:
                digest.update(f"{name}\0{text}\0".encode())
        return digest.hexdigest()[:12]

    def _document(self, file: Path) -> Document | None:
        inside = file.relative_to(self.path).as_posix()
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            self.problem(inside, "文件不是 UTF-8 编码", "请用编辑器另存为 UTF-8")
            return None
        except OSError as error:
            self.problem(inside, f"文件读不出来:{error.strerror}", "请检查文件权限")
            return None
        self._content[inside] = text
        document, problems = read_yaml(text, f"{self.path.name}/{inside}")
        self.problems += problems
        return None if problems else document
