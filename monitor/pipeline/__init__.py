"""The journey of one datum, one file per step. Each step is safe to run twice."""
