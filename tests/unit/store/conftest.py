"""Failed sentences of the shipped suite show their values."""

import pytest

pytest.register_assert_rewrite("collab_sync.testing.store_suite")
