//! Commands on several projects at once, on repositories that are laid out as real ones are.

use std::fs;
use std::path::Path;

use mcp_backend::cli::{self, CommandOutput};
use mcp_backend::render::TerminalStyle;
use serde_json::Value;

use crate::healthy::{Files, laid};

fn run(words: &[&str]) -> CommandOutput {
    let arguments: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    cli::run(&arguments, TerminalStyle::default(), &|| false)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|fault| panic!("{fault}: {text}"))
}

/// A project of another backend, with a server where it has a script.
struct Member {
    folder: &'static str,
    name: &'static str,
    /// The folder of its module, from that of the project.
    module: &'static str,
    script: bool,
    /// What stands at the end of its `pyproject.toml`.
    more: &'static str,
    requires: &'static str,
}

const SERVER: &str = "from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP(\"server\")\n\n\n\
    @mcp.tool()\ndef add(a: int, b: int) -> int:\n    \"\"\"Add two numbers.\"\"\"\n    return a + b\n\n\n\
    def main() -> None:\n    mcp.run()\n";

impl Member {
    fn lay(&self, files: &mut Files) {
        let Self { folder, name, module, script, more, requires } = self;
        let dotted = module.trim_start_matches("src/").replace('/', ".");
        let scripts = format!("[project.scripts]\n\"{name}\" = \"{dotted}.server:main\"\n");
        let scripts = if *script { scripts } else { String::new() };
        let text = format!(
            "[project]\nname = \"{name}\"\nversion = \"1.0.0\"\ndescription = \"A part of a repository\"\n\
             readme = \"README.md\"\nrequires-python = \">=3.10\"\nlicense = \"Apache-2.0\"\n\
             license-files = [\"LICENSE\"]\ndependencies = [{requires}]\n\n{scripts}\n\
             [build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n{more}"
        );
        let mut put = |path: &str, text: &str| files.insert(format!("{folder}/{path}"), text.to_owned());
        put("pyproject.toml", &text);
        put("README.md", &format!("# {name}\n"));
        put("LICENSE", "Apache License\nVersion 2.0, January 2004\n");
        put(&format!("{module}/__init__.py"), "");
        put(&format!("{module}/server.py"), if *script { SERVER } else { "ANSWER = 42\n" });
    }
}

/// Many servers below `src`, each a project of its own in a package that they share; a library by its path.
fn by_path() -> Files {
    let mut files = Files::from([
        ("README.md".to_owned(), "# Servers\n".to_owned()),
        (".pre-commit-config.yaml".to_owned(), "repos: []\n".to_owned()),
    ]);
    let servers = [
        ("src/diagram-mcp-server", "labs.diagram-mcp-server", "labs/diagram_mcp_server"),
        ("src/lambda-mcp-server", "labs.lambda-mcp-server", "labs/lambda_mcp_server"),
        ("src/iam-mcp-server", "labs.iam-mcp-server", "labs/iam_mcp_server"),
    ];
    for (folder, name, module) in servers {
        let member = Member {
            folder,
            name,
            module,
            script: true,
            more: "[tool.hatch.build.targets.wheel]\npackages = [\"labs\"]\n\n\
                [tool.uv.sources]\nlabs-common = { path = \"../common\", editable = true }\n",
            requires: "\"mcp[cli]>=1.23.0,<2\", \"labs-common\"",
        };
        member.lay(&mut files);
        files.insert(format!("{folder}/labs/__init__.py"), "# of the namespace\n".to_owned());
    }
    let common = Member {
        folder: "src/common",
        name: "labs-common",
        module: "labs_common",
        script: false,
        more: "",
        requires: "",
    };
    common.lay(&mut files);
    files
}

/// A workspace of uv whose root is a package that brings all members, which share a library.
fn of_uv() -> Files {
    let mut files = Files::new();
    let more = "\n[tool.uv.sources]\nquantum-mcp-server = { workspace = true }\n";
    for (folder, name, module, requires, more) in [
        ("quantum-mcp-server", "quantum-mcp-server", "src/quantum_mcp_server", "\"mcp>=1.23.0,<2\"", ""),
        (
            "quantum-gym-mcp-server",
            "quantum-gym-mcp-server",
            "src/quantum_gym_mcp_server",
            "\"mcp>=1.23.0,<2\", \"quantum-mcp-server\"",
            more,
        ),
    ] {
        Member { folder, name, module, script: true, more, requires }.lay(&mut files);
    }
    Member {
        folder: "shared/transpile",
        name: "quantum-transpile",
        module: "src/quantum_transpile",
        script: false,
        more: "",
        requires: "",
    }
    .lay(&mut files);
    files.insert("examples/agent/pyproject.toml".to_owned(), "[project]\nname = \"agent\"\n".to_owned());
    files.insert(
        "pyproject.toml".to_owned(),
        "[project]\nname = \"quantum-servers\"\nversion = \"0.7.0\"\n\n\
         [tool.uv.workspace]\nmembers = [\"quantum-*\", \"shared/*\"] # all of them\n\n\
         [tool.uv.sources]\nquantum-mcp-server = { workspace = true }\n"
            .to_owned(),
    );
    files
}

/// A package with a server in a folder of it, a project of its own.
fn in_a_package() -> Files {
    let mut files = Files::new();
    let of =
        |folder, name, module, script, requires| Member { folder, name, module, script, more: "", requires };
    of(".", "pipelines", "src/pipelines", false, "").lay(&mut files);
    of("server", "mcp-pipelines", "mcp_pipelines", true, "\"mcp>=1.23.0,<2\"").lay(&mut files);
    files.into_iter().map(|(path, text)| (path.trim_start_matches("./").to_owned(), text)).collect()
}

fn text_at(folder: &Path, path: &str) -> String {
    fs::read_to_string(folder.join(path)).unwrap_or_else(|fault| panic!("{path}: {fault}"))
}

#[test]
fn a_repository_of_servers_is_checked_and_moved_as_a_whole() {
    for (files, projects) in [
        (
            by_path(),
            &["src/common", "src/diagram-mcp-server", "src/iam-mcp-server", "src/lambda-mcp-server"][..],
        ),
        (of_uv(), &["quantum-gym-mcp-server", "quantum-mcp-server", "shared/transpile"]),
        (in_a_package(), &[".", "server"]),
    ] {
        let folder = laid(&files);
        let place = folder.path().to_str().expect("UTF-8");
        let check = run(&["check", place, "--workspace", "--format", "json"]);
        let told = json(&check.stdout);
        let paths: Vec<&str> = told["projects"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|one| one["path"].as_str())
            .collect();
        assert_eq!(paths, projects);
        for finding in told["findings"].as_array().expect("a list") {
            let path = finding["path"].as_str().expect("a path");
            assert!(folder.path().join(path).exists(), "{path}");
        }
        let dry = run(&["migrate", place, "--workspace", "--dry-run"]);
        assert_eq!(dry.status, 0, "{}", dry.stderr);
        let done = run(&["migrate", place, "--workspace"]);
        assert_eq!(done.status, 0, "{}", done.stderr);
        for project in projects {
            let text = text_at(folder.path(), &format!("{project}/pyproject.toml"));
            assert!(text.contains("build-backend = \"mcp_backend\""), "{project}: {text}");
        }
        for (path, text) in files.iter().filter(|(path, _)| !path.contains('/') && projects[0] != ".") {
            assert_eq!(text_at(folder.path(), path), *text, "the root stays as it is");
        }
        let again = run(&["migrate", place, "--workspace"]);
        assert_eq!((again.status, again.stdout.as_str()), (0, ""), "{}", again.stderr);
        assert_eq!(again.stderr.matches("mcp-backend builds it already").count(), projects.len());
        let check = run(&["check", place, "--workspace", "--format", "concise"]);
        assert!(!check.stdout.contains("error["), "{}", check.stdout);
        let built = run(&["build", place, "--workspace", "--wheel"]);
        assert_eq!(built.status, 0, "{}", built.stderr);
        assert_eq!(built.stdout.lines().count(), projects.len());
        assert!(
            built.stdout.lines().all(|line| Path::new(line).parent()
                == Some(&folder.path().canonicalize().expect("there").join("dist"))),
            "{}",
            built.stdout
        );
    }
}

#[test]
fn one_project_is_told_of_as_before() {
    let folder = laid(&in_a_package());
    let place = folder.path().to_str().expect("UTF-8");
    let alone = json(&run(&["check", place, "--format", "json"]).stdout);
    assert!(alone.get("projects").is_none());
    // given twice, it is one of several all the same: the form goes by what is asked
    let twice = json(&run(&["check", place, place, "--format", "json"]).stdout);
    assert_eq!(twice["projects"].as_array().map(Vec::len), Some(1));
    assert_eq!(twice["findings"], alone["findings"]);
}

#[test]
fn a_broken_member_ends_no_other() {
    let mut files = of_uv();
    files.insert("quantum-broken/pyproject.toml".to_owned(), "x = [".to_owned());
    files.insert("quantum-empty/notes.txt".to_owned(), String::new());
    let folder = laid(&files);
    let place = folder.path().to_str().expect("UTF-8");
    let check = run(&["check", place, "--workspace", "--format", "concise"]);
    assert_eq!(check.status, 1);
    assert!(check.stdout.contains("quantum-broken/pyproject.toml:1:5: error[MET019]"), "{}", check.stdout);
    assert!(check.stderr.contains("`quantum-empty` matches `quantum-*` and holds no"), "{}", check.stderr);
    let tools = json(&run(&["tools", place, "--workspace", "--format", "json"]).stdout);
    let found = tools["projects"].as_array().expect("a list");
    assert_eq!(found.len(), 4);
    assert_eq!(found[2]["path"], "quantum-mcp-server");
    assert_eq!(found[2]["answer"]["tools"][0]["name"], "add");
    let missing = folder.path().join("gone");
    let both = run(&["check", missing.to_str().expect("UTF-8"), place, "--format", "json"]);
    assert_eq!(both.status, 2);
    assert!(both.stderr.contains("is not there"), "{}", both.stderr);
    assert_eq!(json(&both.stdout)["projects"].as_array().map(Vec::len), Some(1));
}

#[test]
fn members_of_one_name_are_not_built_over_one_another() {
    let mut files = Files::new();
    for folder in ["a", "b", "c"] {
        let name = if folder == "c" { "other" } else { "same" };
        let module = if folder == "c" { "src/other" } else { "src/same" };
        Member { folder, name, module, script: true, more: "", requires: "\"mcp>=1.23.0,<2\"" }
            .lay(&mut files);
    }
    for text in files.values_mut() {
        *text = text.replace("hatchling.build", "mcp_backend").replace("hatchling", "mcp-backend");
    }
    let folder = laid(&files);
    let place = folder.path().to_str().expect("UTF-8");
    let built = run(&["build", place, "--workspace", "--wheel"]);
    assert_eq!(built.status, 1);
    assert!(built.stderr.contains("`a`, `b` are all called `same`"), "{}", built.stderr);
    assert_eq!(built.stdout.lines().count(), 1);
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let both = ["build", &path("a"), &path("b"), "--wheel"];
    let out = path("out");
    assert_eq!(run(&[&both[..], &["-o", &out]].concat()).status, 1);
    assert_eq!(run(&both).status, 0, "each in its own `dist`");
}

#[test]
fn nothing_to_do_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = folder.path().to_str().expect("UTF-8");
    for command in ["check", "tools", "contract", "build", "migrate"] {
        let answer = run(&[command, place, "--workspace"]);
        assert_eq!((answer.status, answer.stdout.as_str()), (2, ""), "{command}");
        assert!(answer.stderr.contains("there is no project in or below"), "{}", answer.stderr);
    }
}

#[test]
fn hundreds_of_members_are_read() {
    let mut files = Files::new();
    for number in 0..200 {
        let text = format!("[project]\nname = \"member-{number}\"\nversion = \"1\"\n");
        files.insert(format!("p/{number}/pyproject.toml"), text);
    }
    files.insert("pyproject.toml".to_owned(), "[tool.uv.workspace]\nmembers = [\"p/*\"]\n".to_owned());
    let folder = laid(&files);
    let place = folder.path().to_str().expect("UTF-8");
    let told = json(&run(&["check", place, "--workspace", "--format", "json"]).stdout);
    assert_eq!(told["projects"].as_array().map(Vec::len), Some(200));
}

#[test]
fn the_release_workflow_of_a_member_goes_by_its_own_tags_and_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("servers/weather");
    crate::healthy::lay(&root, &crate::healthy::files());
    fs::create_dir(folder.path().join(".git")).expect("made");
    let place = root.to_str().expect("UTF-8");
    let done = run(&["export", "release-workflow", place]);
    assert_eq!(done.status, 0, "{}", done.stderr);
    let workflow = text_at(&root, "exports/.github/workflows/release-weather.yml");
    for line in [
        "name: Release weather\n",
        "    tags: [\"weather-v*\"]\n",
        "        working-directory: \"servers/weather\"\n    steps:\n",
        "      - run: uv build --out-dir dist\n",
        "          version=${GITHUB_REF_NAME#weather-v}\n",
        "          path: servers/weather/dist/\n",
        "            servers/weather/notes.md\n",
        "select(startswith(\"weather-v\"))",
    ] {
        assert!(workflow.contains(line), "{line}: {workflow}");
    }
    // the jobs that take what was built have no checkout, and no folder to work in
    assert_eq!(workflow.matches("working-directory:").count(), workflow.matches("actions/checkout@").count());
    assert!(
        text_at(&root, "exports/.github/workflows/nightly-weather.yml").contains("name: Nightly weather\n")
    );
}
