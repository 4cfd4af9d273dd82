"""P9: how fast the outbox is written, against the same requests made by as many threads that do nothing else."""

from benchmarks.measures.p9_writing.measure import MEASURES

__all__ = ["MEASURES"]
