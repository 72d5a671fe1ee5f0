"""The Health page, for teachers: queue, machine, disk and errors."""
