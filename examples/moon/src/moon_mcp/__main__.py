"""Runs the server: `python -m moon_mcp`."""

from moon_mcp.server import main

if __name__ == "__main__":
    main()
