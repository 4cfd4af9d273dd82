"""Documents as HTML that lies on a desk: one file that needs no network, runs nothing and can be printed."""
