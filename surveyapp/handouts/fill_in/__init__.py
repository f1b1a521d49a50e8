"""The fill-in workbook: a questionnaire to answer off line, and the same file read back.

`book` says what stands in it, `write` makes the file, `sandbox` has a stranger's file read by a process of its own,
which runs `read` and loads nothing more than that needs.
"""
