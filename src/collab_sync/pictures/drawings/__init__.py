"""One module per kind of chart: ``draw`` lays it out on a sheet."""
