"""The demo consultations, told through the ordinary verbs at the times of the story.

The texts are the data files of `operations/demo/`; nothing is written behind a verb's back, so
counters, letters, the ledger and the log are what real use would have left.
"""
