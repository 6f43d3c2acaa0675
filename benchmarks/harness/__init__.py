"""What benchmarks/run is made of: processes, servers, load, cases, report."""
