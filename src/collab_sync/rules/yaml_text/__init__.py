"""YAML as office people type it: read strictly, with the place of every value and a remedy for every slip."""

from collab_sync.rules.yaml_text.document import Document, Mark, Node, empty_values, read_yaml
from collab_sync.rules.yaml_text.parameters import with_parameters
from collab_sync.rules.yaml_text.validation import suggestion, validate

__all__ = ["Document", "Mark", "Node", "empty_values", "read_yaml", "suggestion", "validate", "with_parameters"]
