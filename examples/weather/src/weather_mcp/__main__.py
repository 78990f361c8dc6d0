"""Runs the server: `python -m weather_mcp`."""

from weather_mcp.server import main

if __name__ == "__main__":
    main()
