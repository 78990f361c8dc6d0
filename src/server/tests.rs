use super::*;
use crate::program::ScriptTarget;
use crate::program::tests::{program, started};
use crate::sdk::Transport;
use crate::spec::entry_points::Reference;

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

#[test]
fn tells_the_transports_of_a_script() {
    let server = "from fastmcp import FastMCP\nmcp = FastMCP('x')\n";
    for (start, expected) in [
        ("mcp.run()", vec!["stdio"]),
        ("mcp.run('sse')", vec!["sse"]),
        ("mcp.run(transport='http')", vec!["streamable-http"]),
        ("mcp.run(transport=chosen)", vec![]),
        ("mcp.run(transport='carrier-pigeon')", vec![]),
        ("asyncio.run(mcp.run_http_async())", vec!["streamable-http"]),
        ("asyncio.run(mcp.run_http_async(transport='sse'))", vec!["sse"]),
        ("asyncio.run(mcp.run_http_async(transport=chosen))", vec![]),
        ("uvloop.run(mcp.run_async(transport='sse'))", vec!["sse"]),
        ("uvicorn.run(mcp.http_app())", vec!["streamable-http"]),
        ("uvicorn.run(mcp.http_app('/mcp', transport='sse'))", vec!["sse"]),
        ("uvicorn.run(mcp.http_app(transport=chosen))", vec![]),
        ("mcp._mcp_server.run(*stdio_server())", vec!["stdio"]),
        ("mcp.run() if chosen else mcp.run('sse')", vec!["sse", "stdio"]),
    ] {
        let text = format!("import asyncio, uvicorn, uvloop\n{server}def main():\n    {start}\n");
        let entry = ScriptTarget { module: "a".to_owned(), attributes: vec!["main".to_owned()] };
        let program = started(&[("a.py", text)], &["a"], &[entry]);
        let reference = Reference::parse("a:main").expect("a reference");
        let names: Vec<_> = transports(&program, &reference).into_iter().map(Transport::name).collect();
        assert_eq!(names, expected, "{start}");
    }
}
