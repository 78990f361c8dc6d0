"""An MCP server that knows the climate of a few cities, offline."""
