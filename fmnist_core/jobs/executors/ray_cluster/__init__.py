"""Train on a Ray cluster: each run is a task on a node, recorded on this machine."""
