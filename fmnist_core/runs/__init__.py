"""Run folders: their files, and how runs are listed, summarized, compared and exported."""
