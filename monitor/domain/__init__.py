"""The words of the product and its rules: frozen values and pure functions, stdlib only."""
