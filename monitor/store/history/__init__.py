"""What rows were before they changed (``keeping``), and the store as it stood at a past moment (``rebuilding``)."""
