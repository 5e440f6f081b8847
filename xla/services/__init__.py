"""Verbs: one use case a function; they flush, the edge commits."""
