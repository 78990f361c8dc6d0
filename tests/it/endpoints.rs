//! How a server is reached, as its code tells it.

use mcp_backend::cli;
use mcp_backend::render::TerminalStyle;

use crate::healthy;

const PREAMBLE: &str =
    "import argparse\nimport asyncio\nimport os\nimport sys\nimport threading\n\nimport uvicorn\n\n";

/// What `tools` tells under `Transports` of a server of the SDK that starts so, a line each.
fn told(sdk: &str, start: &str) -> Vec<String> {
    let (requirement, import) = match sdk {
        "mcp1" => ("mcp>=1.23,<2", "from mcp.server.fastmcp import FastMCP as Server"),
        "old" => ("mcp==1.9.4", "from mcp.server.fastmcp import FastMCP as Server"),
        "mcp2" => ("mcp>=2.3,<3", "from mcp.server import MCPServer as Server"),
        _ => ("fastmcp>=3.1,<4", "from fastmcp import FastMCP as Server"),
    };
    let mut files = healthy::files();
    let project = files.get_mut("pyproject.toml").expect("it is there");
    assert!(project.contains("mcp>=2.3,<3"));
    *project = project.replace("mcp>=2.3,<3", requirement);
    let made = if start.contains("Server(") { "" } else { "mcp = Server(\"weather\")\n" };
    files.insert("src/weather/server.py".to_owned(), format!("{PREAMBLE}{import}\n\n{made}{start}\n"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), &files);
    let place = folder.path().to_str().expect("UTF-8").to_owned();
    let look = TerminalStyle { width: Some(120), ..TerminalStyle::default() };
    let answer = cli::run(&["tools".to_owned(), place], look, &|| false);
    let lines = answer.stdout.lines().skip_while(|line| *line != "Transports").skip(1);
    let lines = lines.take_while(|line| line.starts_with(' '));
    lines.map(|line| line.trim().to_owned()).collect()
}

#[test]
fn a_start_tells_where_a_server_is_reached() {
    let main = "def main():\n    ";
    let parser =
        "def main():\n    parser = argparse.ArgumentParser()\n    ADD\n    args = parser.parse_args()\n    ";
    let by_option = |add: &str, run: &str| format!("{}{run}", parser.replace("ADD", add));
    for (sdk, start, expected) in [
        ("mcp1", format!("{main}mcp.run()"), &[][..]),
        ("mcp1", format!("{main}asyncio.run(mcp.run_stdio_async())"), &[]),
        ("mcp1", format!("{main}mcp.run('sse')"), &["sse at 127.0.0.1:8000/sse"]),
        (
            "old",
            format!("{main}mcp.run('streamable-http')"),
            &[
                "streamable-http at 127.0.0.1:8000/mcp (set by `FASTMCP_HOST`, `FASTMCP_PORT` and `FASTMCP_STREAMABLE_HTTP_PATH`)",
            ],
        ),
        (
            "mcp1",
            format!(
                "mcp = Server('x', host='0.0.0.0', port=int(os.getenv('PORT', '9000')), streamable_http_path='/x')\n{main}mcp.run(transport='streamable-http')"
            ),
            &["streamable-http at 0.0.0.0:9000/x (set by `PORT`)"],
        ),
        (
            "mcp1",
            format!("{main}mcp.settings.port = 9001\n    mcp.run(transport='streamable-http')"),
            &["streamable-http at 127.0.0.1:9001/mcp"],
        ),
        (
            "mcp2",
            format!("WAY = 'streamable-http'\n{main}mcp.run(WAY, port=9002, streamable_http_path='/')"),
            &["streamable-http at 127.0.0.1:9002/"],
        ),
        (
            "mcp2",
            format!("{main}mcp.run(os.environ.get('WAY', 'stdio'))"),
            &[
                "stdio, unless `WAY` says otherwise",
                "a transport that the text does not tell, where `WAY` says so",
            ],
        ),
        (
            "mcp2",
            format!(
                "{main}if '--http' in sys.argv:\n        mcp.run('streamable-http')\n    else:\n        mcp.run()"
            ),
            &[
                "streamable-http at 127.0.0.1:8000/mcp, in some configurations",
                "stdio, in some configurations",
            ],
        ),
        (
            "mcp2",
            by_option(
                "parser.add_argument('--way', choices=['stdio', 'streamable-http'], default='stdio')",
                "mcp.run(args.way)",
            ),
            &[
                "stdio, unless `--way` says otherwise",
                "streamable-http at 127.0.0.1:8000/mcp, where `--way` says so",
            ],
        ),
        (
            "mcp2",
            by_option(
                "parser.add_argument('--http', action='store_true')",
                "if args.http:\n        mcp.run('streamable-http', port=9003)\n    else:\n        mcp.run()",
            ),
            &[
                "streamable-http at 127.0.0.1:9003/mcp, where `--http` says so",
                "stdio, unless `--http` says otherwise",
            ],
        ),
        (
            "mcp2",
            format!(
                "{main}uvicorn.run(mcp.streamable_http_app(), host='0.0.0.0', port=int(os.environ['PORT']))"
            ),
            &["streamable-http at 0.0.0.0:…/mcp"],
        ),
        (
            "mcp2",
            format!("{main}uvicorn.run(wrapped(mcp.streamable_http_app()), port=9004)"),
            &["streamable-http at 127.0.0.1:9004…"],
        ),
        (
            "fastmcp",
            format!("{main}asyncio.run(mcp.run_http_async(host='0.0.0.0', port=9005, path='/api'))"),
            &["streamable-http at 0.0.0.0:9005/api"],
        ),
    ] {
        assert_eq!(told(sdk, &start), expected, "{start}");
    }
}
