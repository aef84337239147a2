"""What people and programs send, checked before anything else looks at it."""
