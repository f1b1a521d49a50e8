"""Reports and the frozen data they stand on."""
