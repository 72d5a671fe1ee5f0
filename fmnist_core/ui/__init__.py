"""What pages share: the page frame, inputs, live views and charts."""
