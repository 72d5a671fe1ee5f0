"""Ask Slurm for the states of jobs with `squeue`, which every cluster has.

submitit asks `sacct`, which answers only where accounting is set up.
"""

from submitit.slurm.slurm import SlurmInfoWatcher


class QueueWatcher(SlurmInfoWatcher):
    """The states of this user's jobs; Slurm forgets a job a few minutes after its end."""

    def _make_command(self) -> list[str] | None:
        if not self._registered - self._finished:
            return None
        return ["squeue", "--me", "--noheader", "--states=all", "--format=%i|%T"]

    def read_info(self, string: bytes | str) -> dict[str, dict[str, str]]:
        """The state by job id, `UNKNOWN` for jobs that are not listed."""
        text = string.decode() if isinstance(string, bytes) else string
        info = {job_id: {"State": "UNKNOWN"} for job_id in self._registered}
        for line in text.splitlines():
            job_id, _, state = line.strip().partition("|")
            info[job_id] = {"State": state}
        return info
