"""Ends at once without a word."""

import os

if __name__ == "__main__":
    os._exit(9)
