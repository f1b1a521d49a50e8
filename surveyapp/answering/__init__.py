"""One question page over any store: layout, reading in, redisplay. No request, no template."""
