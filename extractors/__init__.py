"""Pure: bytes and records in, records out. No network, disk, database or clock."""
