"""XLA monitor: what people were promised, how they felt it, and what it means for the agreement."""
