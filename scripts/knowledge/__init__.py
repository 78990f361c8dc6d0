"""What `refresh_knowledge.py` makes the tables from: one kind of source a module."""
