use super::*;
use crate::program::tests::program;

#[test]
fn discovers_servers_of_own_classes() {
    let own = ("pkg/own.py", "from fastmcp import FastMCP\nclass Own(FastMCP): ...");
    for (text, count) in [
        ("from .own import Own\nmcp = Own('x')", 1),
        ("from . import own as o\nmcp = o.Own('x')", 1),
        ("import pkg.own\nmcp = pkg.own.Own('x')", 1),
        ("from .own import Own", 0),
        ("from other import Own\nmcp = Own('x')", 0),
    ] {
        let program = program(&[("pkg/a.py", text), own], &["pkg.a", "pkg.own"]);
        assert_eq!(discover(&program, false).objects.len(), count, "{text}");
    }
}

#[test]
fn discovers_servers() {
    for (text, classes, unknown) in [
        (
            "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')",
            vec!["mcp.server.fastmcp.FastMCP"],
            false,
        ),
        (
            "def f():\n    return Server[C]('x')\nfrom mcp.server import Server",
            vec!["mcp.server.Server"],
            false,
        ),
        ("import fastmcp as f\nx = f.FastMCP.from_openapi(y)", vec!["fastmcp.FastMCP"], false),
        ("from mcp.server import MCPServer as M\nclass S(M): ...\nS()", vec!["mcp.server.MCPServer"], false),
        ("from mcp.server import Server\nfrom .x import mcp\nServer()", vec!["mcp.server.Server"], false),
        ("from flask import Server\nServer()", vec![], false),
        ("from mcp import types", vec![], true),
        ("class FastMCP: ...\nFastMCP()", vec![], false),
        ("from mcp.server.fastmcp import FastMCP\ndef f(x: FastMCP): x.run()", vec![], true),
    ] {
        let server = discover(&program(&[("a.py", text)], &["a"]), false);
        let found: Vec<_> = server.objects.iter().map(|object| object.class.as_str()).collect();
        assert_eq!((found, server.unknown), (classes, unknown), "{text}");
    }
}
