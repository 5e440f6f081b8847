"""The demo's provider: its agreements, its people, and thirteen months of what happened."""
