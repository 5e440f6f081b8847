"""Rules and values: no database, no web, no clock."""
