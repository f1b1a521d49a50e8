"""What readers may count: submitted replies, kept counts, themes, discussions, exports asked for."""
