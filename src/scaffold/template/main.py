"""Runs the server: `python -m %module%`."""

from %module%.server import main

if __name__ == "__main__":
    main()
