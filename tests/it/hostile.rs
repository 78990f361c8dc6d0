//! No input panics or hangs: whatever the files hold, the answer is findings.

use std::fs;
use std::process::Command;

use mcp_backend::analysis::Analysis;
use mcp_backend::project;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::healthy;

/// What a hand that slips, or a hostile one, writes into TOML and Python.
const SPLINTERS: &[&str] = &[
    "\"",
    "'",
    "\"\"\"",
    "[",
    "]",
    "[[",
    "{",
    "}",
    "=",
    "\n",
    "\\",
    "\0",
    "\u{feff}",
    "\u{2028}",
    "é",
    "𝒳",
    "\u{202e}",
    "..",
    "/",
    "[project]\n",
    "[tool.mcp-backend]\n",
    "dynamic = [\"version\"]\n",
    "name = 1\n",
    "module-name = []\n",
    "#",
    "(((((",
    ": ",
    "readme = { file = \"x\", text = 'y' }\n",
    "license = { file = '/etc/passwd' }\n",
    "include = ['**/*']\n",
    ">=",
    ";",
];

fn splintered(text: &str) -> impl Strategy<Value = String> + use<> {
    let text = text.to_owned();
    let places = proptest::collection::vec((0..text.len(), 0..SPLINTERS.len(), 0..8_usize), 1..6);
    places.prop_map(move |places| {
        let mut text = text.clone();
        for (place, splinter, cut) in places {
            let start = text.floor_char_boundary(place.min(text.len()));
            let end = text.floor_char_boundary((start + cut).min(text.len())).max(start);
            text.replace_range(start..end, SPLINTERS[splinter]);
        }
        text
    })
}

/// What programs are made of that never end, double what they hold, or call and import each other in circles.
const STATEMENTS: &[&str] = &[
    "s = s + s",
    "xs = [xs, xs]",
    "xs += xs",
    "xs.append(xs)",
    "d = {**d, s: d}",
    "f(xs)",
    "g(f)",
    "f = g",
    "ys = [v for v in xs for w in xs]",
    "global s",
    "return xs",
    "yield s",
    "break",
    "continue",
    "raise s",
    "import weather.left",
    "import weather.right",
    "from weather.left import *",
    "from weather.right import g as f",
    "f = functools.wraps(f)(g)",
    "xs = list(map(f, xs))",
    "mcp.add_tool(f, name=s)",
    "mcp.remove_tool(s)",
    "mcp.tool(name=s)(g)",
    "tools = mcp._tool_manager.list_tools()",
    "s = os.getenv(s, s)",
    "o = C(o)",
    "o.s = o",
];

/// What stands around others.
const BLOCKS: &[&str] = &[
    "if s:",
    "if os.getenv('A'):",
    "for v in xs:",
    "while True:",
    "while s:",
    "def f(*a, **k):",
    "def g(f=f):",
    "class C(C if s else object):",
    "try:",
    "with s as f:",
    "match s:\n case 'a':",
    "@mcp.tool()\ndef f(city: str):",
];

fn statements() -> impl Strategy<Value = Vec<String>> {
    let leaf = proptest::sample::select(STATEMENTS).prop_map(|one| vec![one.to_owned()]);
    leaf.prop_recursive(4, 40, 4, |inner| {
        let within = proptest::collection::vec(inner, 1..4);
        (proptest::sample::select(BLOCKS), within).prop_map(|(block, within)| {
            let mut lines: Vec<String> = block.lines().map(str::to_owned).collect();
            lines.extend(within.into_iter().flatten().map(|line| format!("  {line}")));
            lines.extend((block == "try:").then(|| "finally: pass".to_owned()));
            lines
        })
    })
}

fn program() -> impl Strategy<Value = String> {
    let head = "import functools, os\nfrom mcp.server import MCPServer\nmcp = MCPServer('weather')\n\
                s, xs, d, o = 'ab', ['a', 'b'], {}, None\ndef f(x=1): ...\ndef g(x=1): ...\nclass C: ...\n";
    let tail = "\ndef main():\n  f(g)\n  g(f)\n  mcp.run()\n";
    proptest::collection::vec(statements(), 1..8).prop_map(move |all| {
        head.to_owned() + &all.into_iter().flatten().collect::<Vec<_>>().join("\n") + tail
    })
}

/// What grows with the square of the arms of an `if`, or of the returns before a statement, never ends here.
#[test]
fn thousands_of_arms_are_followed() {
    let many = |line: fn(usize) -> String| (1..4000).map(line).collect::<String>();
    let server = format!(
        "from mcp.server import MCPServer\nfrom other import x\nmcp = MCPServer('weather')\n\
         def early(a):\n{}    return 'early'\n\
         def chain(a):\n    if a == x(0): return 'chain'\n{}    return 'else'\n\
         def main():\n    mcp.add_tool(main, name='sure')\n    mcp.add_tool(main, name=early(x))\n    \
         mcp.add_tool(main, name=chain(x))\n    mcp.run()\n",
        many(|at| format!("    if a == x({at}): return 'early'\n")),
        many(|at| format!("    elif a == x({at}): return 'chain'\n")),
    );
    let mut files = healthy::files();
    files.insert("src/weather/server.py".to_owned(), server);
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), &files);
    let analysis = Analysis::for_a_build(folder.path()).expect("the project can be read");
    let names: Vec<_> = analysis.primitives().tools.iter().filter_map(|tool| tool.text("name")).collect();
    assert_eq!(names, ["sure", "early", "chain", "else"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn the_following_of_any_program_ends_and_is_the_same_again(
        server in program(), left in program(), right in program(),
    ) {
        let mut files = healthy::files();
        files.insert("src/weather/server.py".to_owned(), server);
        files.insert("src/weather/left.py".to_owned(), left);
        files.insert("src/weather/right.py".to_owned(), right);
        let folder = tempfile::tempdir().expect("a temporary folder");
        healthy::lay(folder.path(), &files);
        let offered = || {
            let analysis = Analysis::for_a_build(folder.path()).expect("the project can be read");
            serde_json::to_string(analysis.primitives()).expect("JSON")
        };
        prop_assert_eq!(offered(), offered());
    }
}

/// Files of other tools that tell how the server is started, whole; each comes splintered.
const LAUNCHES: &[(&str, &str)] = &[
    (
        "README.md",
        "`uvx run weather`\n~~~json\n{ \"mcpServers\": { \"w\": { \"command\": \"uvx weather\", \"args\": [1], \"env\": { \"A\": 1 } } } }\n~~~\n",
    ),
    (".mcp.json", "{ // a\n \"mcpServers\": { \"w\": { \"command\": \"uv\", \"args\": [\"weather\",] } } }"),
    (
        ".vscode/mcp.json",
        "{ \"servers\": { \"w\": { \"command\": \"cmd\", \"args\": [\"/c\", \"uvx\", \"weathr\"] } } }",
    ),
    (
        "gemini-extension.json",
        "{ \"name\": \"weather\", \"version\": \"0.1.0\", \"mcpServers\": { \"w\": { \"command\": \"weathers\" } } }",
    ),
    (
        "manifest.json",
        "{ \"manifest_version\": \"0.4\", \"server\": { \"type\": \"uv\", \"entry_point\": \"src/x.py\", \"mcp_config\": { \"command\": \"uv\", \"args\": [\"run\", \"${user_config.a}\"] } }, \"tools\": [{ \"name\": \"x\" }] }",
    ),
    (
        "Dockerfile",
        "ARG V=3.9\nFROM python:${V} AS a\nCOPY [\"pyproject.toml\", \".\"]\nRUN --mount=type=bind,source=src pip install \\\n # b\n .\nEXPOSE 80\nENV FASTMCP_HOST=\"0.0.0.0\"\nFROM a\nENTRYPOINT [\"sh\", \"-c\", \"weather 'x'\"]\n",
    ),
    (".dockerignore", "**/*.md\n!/README.md\n# a\n[a-\n"),
    (
        "compose.yaml",
        "services:\n  w:\n    build: {context: .}\n    command: [\"weather\", 'x']\n    ports: [\"80\"]\n",
    ),
    ("smithery.yaml", "commandFunction: (c) => ({ command: 'uv', args: ['run', \"weather\", c.x] })\n"),
    (".github/workflows/a.yml", "- run: uvx weathr && ./mcp-publisher login github-oidc\n"),
    (
        "server.json",
        "{ \"name\": \"io.github.a/b\", \"packages\": [{ \"registryType\": \"oci\", \"identifier\": \"ghcr.io/a/b:0.1.0\" }] }",
    ),
];

/// Each of [`LAUNCHES`] splintered.
fn launches() -> impl Strategy<Value = Vec<(String, String)>> {
    let of_file = |(path, text): &(&str, &str)| {
        let path = (*path).to_owned();
        splintered(text).prop_map(move |text| (path.clone(), text))
    };
    LAUNCHES.iter().map(of_file).collect::<Vec<_>>()
}

/// Where a process that was started with another number of threads puts what it read.
const READ: &str = "MCP_BACKEND_TEST_READ";

/// What is told of a server of many generated modules, the same in every process.
fn of_many_modules() -> String {
    let mut files = healthy::files();
    let mut runner = TestRunner::deterministic();
    let mut server = "from mcp.server import MCPServer\nmcp = MCPServer('weather')\n".to_owned();
    for number in 0..60 {
        let text = program().new_tree(&mut runner).expect("a program").current();
        files.insert(format!("src/weather/part{number}.py"), text);
        server +=
            &format!("from weather import part{number}\nmcp.add_tool(part{number}.f, name='part{number}')\n");
    }
    files.insert("src/weather/server.py".to_owned(), server + "def main():\n  mcp.run()\n");
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), &files);
    let analysis = Analysis::for_a_build(folder.path()).expect("the project can be read");
    let offered = serde_json::to_string(analysis.primitives()).expect("JSON");
    let report = healthy::report(&files);
    format!("{}\n{offered}", healthy::lines(&report).join("\n"))
}

#[test]
fn the_same_is_told_on_any_number_of_threads() {
    if let Some(file) = std::env::var_os(READ) {
        fs::write(file, of_many_modules()).expect("it can be written");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let read_on = |threads: &str| {
        let file = folder.path().join(threads);
        let tests = std::env::current_exe().expect("the tests have a path");
        let this = ["--exact", "hostile::the_same_is_told_on_any_number_of_threads"];
        let ended =
            Command::new(tests).args(this).env("RAYON_NUM_THREADS", threads).env(READ, &file).output();
        assert!(ended.expect("it starts").status.success(), "on {threads} threads");
        fs::read_to_string(file).expect("it was written")
    };
    let alone = read_on("1");
    assert!(alone.contains("part59"), "{alone}");
    for threads in ["2", "7"] {
        assert_eq!(read_on(threads), alone, "on {threads} threads");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn splintered_launches_are_checked(splintered in launches()) {
        let mut files = healthy::files();
        let paths: Vec<String> = splintered.iter().map(|(path, _)| format!("{path}:")).collect();
        files.extend(splintered);
        let findings = healthy::lines(&healthy::report(&files));
        // nothing but these files was touched
        let is_there = |line: &String| paths.iter().any(|path| line.starts_with(path.as_str()));
        prop_assert!(findings.iter().all(is_there), "{findings:?}");
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let project = project::read(bytes);
        prop_assert!(project.name.is_none() || !project.problems.is_empty() || project.is_readable());
    }

    #[test]
    fn a_splintered_description_is_checked(text in splintered(&healthy::files()["pyproject.toml"])) {
        let mut files = healthy::files();
        files.insert("pyproject.toml".to_owned(), text);
        let report = healthy::report(&files);
        let lines = healthy::lines(&report);
        prop_assert_eq!(lines.len(), report.diagnostics().len());
    }

    #[test]
    fn a_splintered_module_is_checked(text in splintered(&healthy::files()["src/weather/server.py"])) {
        let mut files = healthy::files();
        files.insert("src/weather/server.py".to_owned(), text);
        let findings = healthy::lines(&healthy::report(&files));
        // nothing but Python was touched
        let of_python = ["[ENT", "[FIL018]", "[DEP", "[PYV", "[STD", "[TOO"];
        prop_assert!(findings.iter().all(|line| of_python.iter().any(|code| line.contains(code))), "{findings:?}");
        // of what cannot be parsed nothing is said but that, and that a script may not be there
        if findings.iter().any(|line| line.contains("[FIL018]")) {
            let others = ["[DEP", "[STD", "[TOO"];
            prop_assert!(!findings.iter().any(|line| others.iter().any(|code| line.contains(code))), "{findings:?}");
        }
        prop_assert_eq!(healthy::lines(&healthy::report(&files)), findings);
    }

    #[test]
    fn a_splintered_registration_is_followed(text in splintered(REGISTRATION)) {
        let mut files = healthy::files();
        files.insert("src/weather/server.py".to_owned(), text);
        let folder = tempfile::tempdir().expect("a temporary folder");
        healthy::lay(folder.path(), &files);
        let analysis = Analysis::for_a_build(folder.path()).expect("the project can be read");
        prop_assert!(analysis.primitives().tools.len() <= 8);
    }
}

const REGISTRATION: &str = "\
from mcp.server import MCPServer

mcp = MCPServer('weather')
NAMES = ['a', 'b']
OPTIONS = {'name': 'c', **{'description': 'd'}}


class Tools:
    prefix = 'p'

    def __init__(self, server):
        for at, name in enumerate(NAMES):
            server.add_tool(self.one, name=f'{self.prefix}_{name}_{at}')

    def one(self, city: str | None = None, days: 'int' = -3): ...


def register(server, *more, flag=False, **options):
    if not flag:
        server.tool(**options)(lambda x: x)
    return [tool for tool in more if tool]


def main():
    Tools(mcp)
    register(mcp, 1, 2, **OPTIONS)
    mcp.run()
";

/// Code that grows without end when it is followed.
const GROWTHS: &[&str] = &[
    "x = x + x",
    "x = [x, x]",
    "x = (x, x)",
    "x = dict[x, x]",
    "x = x | x",
    "x = x.a",
    "x = x(x)",
    "x = x[x]",
    "x = f'{x}{x}'",
    "x = '{0}{0}'.format(x)",
    "x = x.replace('a', x)",
    "x.append(x)",
    "x.extend(x)",
    "x = {'a': x, **y}\n        y = {'a': x, 'b': y}",
    "x = lambda: x()\n        x()",
    "x = [x for x in x for y in x for z in x]",
    "x = x if y else (x, y)\n        y = x or y",
    "class x(x): pass",
    "x = type(x)(x)",
    "x = functools.partial(x, x)",
];

/// What the growth begins with.
const SEEDS: &[&str] =
    &["'a'", "[1, 2]", "(1, 2)", "str", "{'a': 1}", "int | None", "unknown", "object()", "list[str]"];

#[test]
fn code_that_grows_without_end_is_followed_in_bounded_time() {
    for seed in SEEDS {
        for growth in GROWTHS {
            let mut files = healthy::files();
            let text = files["src/weather/server.py"].replace(
                "def main() -> None:",
                &format!(
                    "import functools\nx = y = {seed}\nfor i in range(99):\n    for j in range(99):\n        {growth}\n\n\n\
                     @mcp.tool(name=x, annotations=x)\ndef grown(a: x = x) -> x: ...\n\n\ndef main() -> None:"
                ),
            );
            files.insert("src/weather/server.py".to_owned(), text);
            let folder = tempfile::tempdir().expect("a temporary folder");
            healthy::lay(folder.path(), &files);
            let analysis = Analysis::for_a_build(folder.path()).expect("the project can be read");
            let offered = analysis.primitives();
            let name = offered.tools.first().and_then(|tool| tool.text("name"));
            assert_eq!(name, Some("forecast"), "{seed} {growth}");
        }
    }
}

#[test]
fn ten_megabytes_of_settings_are_read() {
    let items = "\"a>=1\", ".repeat(700_000);
    let mut files = healthy::files();
    let text = files["pyproject.toml"].replace("[\"mcp>=2.3,<3\"]", &format!("[\"mcp>=2.3,<3\", {items}]"));
    assert!(text.len() > 5_000_000);
    files.insert("pyproject.toml".to_owned(), text);
    healthy::report(&files);
}

#[test]
fn deep_python_is_believed() {
    let mut files = healthy::files();
    files.insert(
        "src/weather/server.py".to_owned(),
        format!("x = {}1{}\n", "(".repeat(100_000), ")".repeat(100_000)),
    );
    assert_eq!(healthy::lines(&healthy::report(&files)), Vec::<String>::new());
}
