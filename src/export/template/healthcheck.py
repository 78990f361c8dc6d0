"""Asks the server in this image whether it answers; made by `mcp-backend export containerfile`."""

import contextlib
import json
import sys
import urllib.error
import urllib.request
from importlib.metadata import version

URL = "ADDRESS"
VERSIONS = ("2026-07-28", "2025-06-18")


def ask(method, message=None, **headers):
    """Send one request; return the answer's headers."""
    headers["Accept"] = "application/json, text/event-stream"
    headers["Content-Type"] = "application/json"
    data = None if message is None else json.dumps({"jsonrpc": "2.0", "id": 1, **message}).encode()
    request = urllib.request.Request(URL, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=4) as answer:
        return answer.headers


def discover():
    """Ask as the protocol does from 2026-07-28 on: no session is opened."""
    meta = {
        "io.modelcontextprotocol/protocolVersion": VERSIONS[0],
        "io.modelcontextprotocol/clientInfo": {"name": "healthcheck", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    message = {"method": "server/discover", "params": {"_meta": meta}}
    ask("POST", message, **{"MCP-Protocol-Version": VERSIONS[0], "Mcp-Method": "server/discover"})


def initialize():
    """Ask as earlier versions do, and end the session that was opened."""
    client = {"name": "healthcheck", "version": "1"}
    params = {"protocolVersion": VERSIONS[1], "capabilities": {}, "clientInfo": client}
    session = ask("POST", {"method": "initialize", "params": params}).get("Mcp-Session-Id")
    if session:
        with contextlib.suppress(urllib.error.HTTPError):
            ask("DELETE", **{"Mcp-Session-Id": session, "MCP-Protocol-Version": VERSIONS[1]})


try:
    if int(version("mcp").split(".")[0]) >= 2:
        discover()
    else:
        initialize()
except urllib.error.HTTPError as error:
    # who is asked for credentials has been answered
    sys.exit(error.code not in (401, 403))
except OSError:
    sys.exit(1)
