"""Whether the promise holds, how far we have read, what waits, what people must look at."""
