"""For the office: rule examples that run, over trackers held in memory and a clock moved by hand."""
