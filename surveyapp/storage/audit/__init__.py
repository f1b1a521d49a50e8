"""The audit log, backups and the metrics of the machinery."""
