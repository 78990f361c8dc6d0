"""An MCP server that counts words and greets."""
