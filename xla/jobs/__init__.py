"""Time: ticks and due work."""
