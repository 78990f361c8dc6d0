"""Gather what each published minor of the SDKs holds, from their wheels on the index.

A minor is represented by its last patch, and a range by half-open pairs of minors whose end may be open.
"""
# mypy: allow-untyped-defs, allow-untyped-calls, ignore-errors

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from .sdk_wheels import Release, class_info, minor, params, satisfies, spec_text, vkey, wheels

# distribution -> least minor to sample
DISTS = {"mcp": (0, 0), "mcp-types": (2, 0), "fastmcp": (0, 4), "fastmcp-slim": (3, 3), "fastmcp-tasks": (0, 0)}
# import package -> distributions that have provided it, in order of preference
PACKAGES = {
    "mcp": ["mcp"],
    "mcp_types": ["mcp-types"],
    "fastmcp": ["fastmcp", "fastmcp-slim"],
    "fastmcp_tasks": ["fastmcp-tasks"],
}
FAMILY = set(DISTS)
# private modules that public servers import all the same (from a scan of real servers)
KEEP_PRIVATE_MODULES = {"mcp.shared._httpx_utils", "mcp.shared._otel", "mcp.server._streamable_http_modern"}

CLASSES = {
    "mcp": [
        "mcp.server.fastmcp.FastMCP",
        "mcp.server.fastmcp.Context",
        "mcp.server.fastmcp.Image",
        "mcp.server.fastmcp.server.Settings",
        "mcp.server.mcpserver.MCPServer",
        "mcp.server.mcpserver.Context",
        "mcp.server.mcpserver.Image",
        "mcp.server.lowlevel.Server",
        "mcp.server.Server",
        "mcp.server.lowlevel.NotificationOptions",
        "mcp.server.models.InitializationOptions",
        "mcp.server.context.ServerRequestContext",
        "mcp.server.session.ServerSession",
        "mcp.server.sse.SseServerTransport",
        "mcp.server.streamable_http_manager.StreamableHTTPSessionManager",
        "mcp.server.auth.settings.AuthSettings",
        "mcp.ClientSession",
        "mcp.Client",
        "mcp.StdioServerParameters",
        "mcp.McpError",
        "mcp.MCPError",
        "mcp.types.Tool",
        "mcp.types.ToolAnnotations",
        "mcp.types.Resource",
        "mcp.types.ResourceTemplate",
        "mcp.types.Prompt",
        "mcp.types.PromptArgument",
        "mcp.types.TextContent",
        "mcp.types.ImageContent",
        "mcp.types.EmbeddedResource",
        "mcp.types.CallToolResult",
        "mcp.types.GetPromptResult",
        "mcp.types.InitializeResult",
        "mcp.types.Implementation",
        "mcp.types.ServerCapabilities",
    ],
    "fastmcp": [
        "fastmcp.FastMCP",
        "fastmcp.Context",
        "fastmcp.Client",
        "fastmcp.settings.Settings",
        "fastmcp.server.proxy.FastMCPProxy",
        "fastmcp.tools.Tool",
        "fastmcp.tools.tool.ToolResult",
        "fastmcp.utilities.types.Image",
        "fastmcp.client.transports.StdioTransport",
        "fastmcp.client.transports.StreamableHttpTransport",
        "fastmcp.client.transports.SSETransport",
        "fastmcp.client.transports.PythonStdioTransport",
        "fastmcp.server.middleware.Middleware",
        "fastmcp.server.auth.BearerAuthProvider",
        "fastmcp.server.auth.providers.jwt.JWTVerifier",
        "fastmcp.server.auth.OAuthProxy",
        "fastmcp.server.auth.RemoteAuthProvider",
    ],
}
FUNCTIONS = {
    "mcp": [
        "mcp.stdio_server",
        "mcp.server.stdio.stdio_server",
        "mcp.client.stdio.stdio_client",
        "mcp.client.sse.sse_client",
        "mcp.client.streamable_http.streamablehttp_client",
        "mcp.client.streamable_http.streamable_http_client",
        "mcp.client.websocket.websocket_client",
        "mcp.shared.memory.create_connected_server_and_client_session",
    ],
    "fastmcp": [
        "fastmcp.server.create_proxy",
        "fastmcp.tools.tool",
        "fastmcp.resources.resource",
        "fastmcp.prompts.prompt",
        "fastmcp.server.dependencies.get_context",
        "fastmcp.server.dependencies.get_http_request",
        "fastmcp.server.dependencies.get_http_headers",
    ],
}


def pip(*args):
    return subprocess.run([sys.executable, "-m", "pip", *args], capture_output=True, text=True)


def download(dist, v, d):
    stem = dist.replace("-", "_") + "-" + v + "-"
    if any(p.name.startswith(stem) for p in d.iterdir()):
        return
    r = pip(
        "download", "-q", "--no-deps", "--ignore-requires-python", "--only-binary=:all:", f"{dist}=={v}", "-d", str(d)
    )
    print(dist, v, "ok" if r.returncode == 0 else r.stderr[-300:], flush=True)
    time.sleep(1)


def fetch(d: Path) -> None:
    d.mkdir(parents=True, exist_ok=True)
    table = {}
    for dist, least in DISTS.items():
        out = pip("index", "versions", dist, "--ignore-requires-python").stdout
        line = next((x for x in out.splitlines() if x.startswith("Available versions:")), "")
        vs = [v.strip() for v in line.partition(":")[2].split(",")]
        table[dist] = sorted((v for v in vs if re.fullmatch(r"\d+(\.\d+)+", v)), key=vkey)
        last = {vkey(v)[:2]: v for v in table[dist] if vkey(v)[:2] >= least}
        time.sleep(0.5)
        for v in last.values():
            download(dist, v, d)
    for w in wheels(d).values():
        for r in w.requires:
            if r["name"] in FAMILY and r["spec"].startswith("==") and "," not in r["spec"] and not r["extra"]:
                download(r["name"], r["spec"][2:], d)
    (d / "versions.json").write_text(json.dumps(table, indent=0) + "\n")


def ranges(order, having):
    out, start = [], None
    for i, v in enumerate(order):
        if v in having and start is None:
            start = v
        if v not in having and start is not None:
            out.append([start, v])
            start = None
    if start is not None:
        out.append([start, None])
    return out


def runs(order, values):
    """[[from, to), value] for each stretch of versions with one value (None: skipped)."""
    out = []
    for i, v in enumerate(order):
        value = values.get(v)
        end = order[i + 1] if i + 1 < len(order) else None
        if value is None:
            continue
        if out and out[-1][1] == value and out[-1][0][1] == v:
            out[-1][0][1] = end
        else:
            out.append([[v, end], value])
    return out


IMPORT_OF = {  # distributions whose import names differ
    "python-dotenv": "dotenv",
    "pyjwt": "jwt",
    "pyyaml": "yaml",
    "python-multipart": "multipart python_multipart",
    "opentelemetry-api": "opentelemetry",
    "py-key-value-aio": "key_value",
    "pydocket": "docket",
    "pywin32": "pywintypes",
    "griffelib": "griffe",
    "attrs": "attr attrs",
    "google-genai": "google",
    "azure-identity": "azure",
    "typesafe-sdk": "typesafe",
    "markdown-it-py": "markdown_it",
    "fastmcp-slim": "fastmcp",
}
THROUGH = {  # what the SDKs' own requirements have long brought along
    "pydantic-settings": "pydantic python-dotenv",
    "httpx": "anyio certifi httpcore idna",
    "httpx2": "anyio httpcore2 idna",
    "starlette": "anyio",
    "sse-starlette": "anyio starlette",
    "pydantic": "annotated-types pydantic-core typing-extensions",
    "uvicorn": "click h11",
    "anyio": "idna",
    "jsonschema": "attrs referencing",
    "jsonschema-path": "pyyaml",
    "authlib": "cryptography",
    "joserfc": "cryptography",
    "fastapi": "pydantic starlette",
    "rich": "markdown-it-py pygments",
    "cyclopts": "attrs docstring-parser rich",
    "typer": "rich",
    "pydocket": "redis rich typer",
    "pyjwt": "cryptography",
}


def closure(dists):
    out, todo = set(), set(dists)
    while todo:
        n = todo.pop()
        out.add(n)
        todo |= set(THROUGH.get(n, "").split()) - out
    return out


def install_of(all_wheels, newest, dist, version, extras=(), seen=None):
    """Distributions a plain install of dist[extras]==version promises, through this table's own distributions."""
    seen = {} if seen is None else seen
    w = all_wheels.get((dist, version))
    if w is None or (dist, tuple(extras)) in seen:
        return seen
    seen[dist, tuple(extras)] = version
    for r in w.requires:
        if r["extra"] and r["extra"] not in extras:
            continue
        best = [v for v in newest[r["name"]] if satisfies(v, r["spec"])] if r["name"] in FAMILY else []
        if r["name"] in FAMILY and not best:  # an exact pin of a version that was not sampled
            best = [
                v for v in newest[r["name"]] if minor(v) == minor(re.sub(r"[^0-9.].*", "", r["spec"].lstrip("=<>!~")))
            ]
        if best:
            install_of(all_wheels, newest, r["name"], best[-1], r["extras"], seen)
        seen.setdefault((r["name"], ()), None)
    return seen


def exists(modules, module, name, v):
    inside = lambda rs: any(vkey(a) <= vkey(v) and (b is None or vkey(v) < vkey(b)) for a, b in rs)
    if module.rpartition(".")[2].startswith("_") and module not in modules:
        return True  # private and not in the table: unknown
    m = modules.get(module)
    if m is None or not inside(m["present"]):
        return False
    if name is None or inside(m["names"].get(name, [])):
        return True
    sub = modules.get(f"{module}.{name}")
    return sub is not None and inside(sub["present"])


def breaks_with(order, plan, releases, mcp):
    """fastmcp versions whose requirement on mcp admits versions that their own imports do not fit."""
    rows = {}
    for m in order:
        reqs = [r for w in plan[m][0] for r in w.requires if r["name"] == "mcp" and r["extra"] in (None, "server")]
        if not reqs:
            continue
        spec = reqs[0]["spec"]
        rel, seen, wants = releases[m], set(), set()
        rel.needs("fastmcp", seen)
        got = rel.resolve("fastmcp", "FastMCP")
        if got:
            rel.needs(got[1].name, seen)
        for mod in seen & set(rel.modules):
            wants |= {(t, n) for t, n in rel.modules[mod].hard if t and t.split(".")[0] == "mcp"}
        bad, first = set(), []
        for v in mcp["versions"]:
            sample = mcp["sampled"].get(v, v)
            if satisfies(sample, spec):
                lack = sorted(f"{t}:{n}" if n else t for t, n in wants if not exists(mcp["modules"], t, n, v))
                if lack:
                    bad.add(v)
                    first = first or lack[:3]
        if bad:
            rows[m] = [spec, ranges(mcp["versions"], bad), first]
    return [[r, *value] for r, value in runs(order, rows)]


def build(d: Path) -> dict[str, Any]:
    """Tell what every minor of the SDKs holds."""
    published = json.loads((d / "versions.json").read_text())
    have = wheels(d)
    newest = {x: sorted((v for n, v in have if n == x), key=vkey) for x in DISTS}
    sampled = {}
    for dist in DISTS:
        last = {}
        for v in published[dist]:
            if (dist, v) in have:
                last[minor(v)] = v
        sampled[dist] = last
    table = {}
    for dist in DISTS:
        order = list(sampled[dist])
        ws = {m: have[dist, v] for m, v in sampled[dist].items()}
        names = sorted({r["name"] for w in ws.values() for r in w.requires})
        entry = table[dist] = {
            "versions": order,
            "sampled": {m: v for m, v in sampled[dist].items() if m != v},
            "published": published[dist],
            "requires_python": runs(order, {m: w.requires_python for m, w in ws.items()}),
            "requires": {},
            "requires_spec": {},
            "extras": {},
            "available": {},
        }
        for n in names:
            base = {m: [r for r in w.requires if r["name"] == n and not r["extra"]] for m, w in ws.items()}
            if any(base.values()):
                entry["requires"][n] = ranges(order, {m for m in order if base[m]})
                entry["requires_spec"][n] = runs(
                    order, {m: " | ".join(sorted(map(spec_text, rs))) for m, rs in base.items() if rs}
                )
        for e in sorted({x for w in ws.values() for x in w.extras}):
            per = {}
            for n in names:
                got = {
                    m: " | ".join(sorted(spec_text(r) for r in w.requires if r["name"] == n and r["extra"] == e))
                    for m, w in ws.items()
                }
                got = {
                    m: s for m, s in got.items() if s or any(r["name"] == n and r["extra"] == e for r in ws[m].requires)
                }
                if got:
                    per[n] = runs(order, got)
            entry["extras"][e] = per
        promise = {
            m: closure(n for n, _ in install_of(have, newest, dist, v)) - {dist} for m, v in sampled[dist].items()
        }
        for n in sorted(set().union(*promise.values())):
            entry["available"][n] = ranges(order, {m for m in order if n in promise[m]})

    for package, dists in PACKAGES.items():
        home = dists[0]
        plan = {}  # minor -> (wheels, promised distributions)
        for dist in dists:
            for m, v in sampled[dist].items():
                if m in plan:
                    continue
                ws = [have[dist, v]]
                for r in ws[0].requires:
                    if r["name"] in dists and r["name"] != dist and r["spec"].startswith("==") and not r["extra"]:
                        ws.append(have[r["name"], r["spec"][2:]])
                extras = ["client", "server"] if dist == "fastmcp-slim" else []
                plan[m] = (ws, {n for n, _ in install_of(have, newest, dist, v, extras)})
        order = sorted(plan, key=vkey)
        releases = {}
        for m in order:
            others = []
            if package == "mcp" and vkey(m) >= (2,):
                pin = next(r["spec"][2:] for r in plan[m][0][0].requires if r["name"] == "mcp-types")
                others = [Release("mcp_types", [have["mcp-types", pin]])]
            releases[m] = Release(package, plan[m][0], others)
            for p in releases[m].problems():
                print("inconsistent:", package, m, *p, file=sys.stderr)
        modules = {}
        private = lambda mod: any(p.startswith("_") for p in mod.split("."))
        for mod in sorted({x for r in releases.values() for x in r.modules}):
            if private(mod) and mod not in KEEP_PRIVATE_MODULES:
                continue
            inn = [m for m in order if mod in releases[m].modules]
            bad = {m for m in inn if releases[m].raises(mod)}
            good = set(inn) - bad
            e = modules[mod] = {"present": ranges(order, good)}
            if bad:
                e["raises"] = ranges(order, bad)
            needs = {}
            for m in sorted(good, key=vkey):
                promised = {i for n in closure(plan[m][1]) for i in IMPORT_OF.get(n, n.replace("-", "_")).split()}
                lack = sorted(releases[m].needs(mod) - promised)
                if lack:
                    needs[m] = lack
            if needs:
                e["needs"] = runs(order, needs)
            per = {m: {n for n in releases[m].names(mod) if not n.startswith("__") or n == "__version__"} for m in good}
            e["names"] = {
                n: ranges(order, {m for m in good if n in per[m]})
                for n in sorted(set().union(*per.values()) if per else ())
            }
        entry = table[home]
        entry["import"] = package
        if package == "fastmcp":
            entry["breaks_with"] = breaks_with(order, plan, releases, table["mcp"])
        entry["modules"] = modules
        classes = {}
        for path in CLASSES.get(package, []):
            mod, _, name = path.rpartition(".")
            per = {}
            for m in order:
                if mod not in releases[m].modules or releases[m].raises(mod):
                    continue
                got = releases[m].resolve(mod, name)
                if not got or not isinstance(got[2], ast.ClassDef):
                    if name in releases[m].names(mod):
                        print("class not resolved:", m, path, file=sys.stderr)
                    continue
                info = class_info(*got)
                init = info["init_own"] if info["init_own"] is not None else info["fields"]
                per[m] = {**info, "at": f"{got[1].name}.{got[2].name}", "init": init}
            if not per:
                print("no such class:", path, file=sys.stderr)
                continue
            own = all(i["init_own"] is not None for i in per.values())
            c = classes[path] = {
                "own": own,
                "at": runs(order, {m: i["at"] for m, i in per.items()}),
                "init": runs(order, {m: i["init"] for m, i in per.items()}),
            }
            for key in ("transports", "rejects"):
                if any(i[key] for i in per.values()):
                    c[key] = runs(order, {m: i[key] or None for m, i in per.items()})
            methods = sorted({n for i in per.values() for n in i["methods"]})
            if methods:
                c["methods"] = {
                    n: runs(
                        order,
                        {
                            m: ("property" if i["methods"][n] is None else i["methods"][n])
                            for m, i in per.items()
                            if n in i["methods"]
                        },
                    )
                    for n in methods
                }
            forms = sorted({n for i in per.values() for n in i["decorators"]})
            if forms:
                c["decorators"] = {n: runs(order, {m: i["decorators"].get(n) for m, i in per.items()}) for n in forms}
        for path in FUNCTIONS.get(package, []):
            mod, _, name = path.rpartition(".")
            per = {}
            for m in order:
                got = (
                    releases[m].resolve(mod, name)
                    if mod in releases[m].modules and not releases[m].raises(mod)
                    else None
                )
                if got and isinstance(got[2], (ast.FunctionDef, ast.AsyncFunctionDef)):
                    per[m] = params(got[2], False)
            if per:
                entry.setdefault("functions", {})[path] = runs(order, per)
            else:
                print("no such function:", path, file=sys.stderr)
        if classes:
            entry["classes"] = classes
    table["fastmcp-slim"]["modules_of"] = "fastmcp"
    return table
