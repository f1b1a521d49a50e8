"""A reader's query → figures, snapshots, workbooks, report drafts. No request, no template."""
