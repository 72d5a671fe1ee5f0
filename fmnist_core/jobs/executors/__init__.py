"""Where queued runs train: this machine, a Ray cluster or Slurm, behind one interface."""
