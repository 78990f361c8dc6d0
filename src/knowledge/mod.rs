//! Facts about the world as compact tables, made by `scripts/refresh_knowledge.py`.
