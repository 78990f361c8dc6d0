"""An MCP server over HTTP that knows the phase of the moon, offline."""
