"""What the replies say: tallies with their bases, tables ready for any format, pictures. No database here."""
