"""Parts that at least two pages share: the frame, inputs, live parts and their caches."""
