"""Pages: get shows, post changes."""
