"""Bodies of pages: what stands in them (``compose``), and how each edition writes it (``form``, ``adf_form``,
``storage_form``, ``storage``). No network."""
