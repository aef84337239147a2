"""What an editor does and sees in a real browser; run by make acceptance."""
